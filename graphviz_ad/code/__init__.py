"""Graph or trace → a program in PyTorch, JAX or NumPy, as a careful teacher writes it, which checks its gradients."""

__all__ = ["program"]
