"""The mistakes students make → the numbers they give.

`forward` and `backward` are the mistakes as mutants of a pass, `mutants` makes them, `diagnose` finds which one
explains a number, `follow_through` what is right for one who goes on from a wrong number, `collisions` which
mistakes inputs hide.
"""

__all__ = ["backward", "collisions", "diagnose", "follow_through", "forward", "mutants"]
