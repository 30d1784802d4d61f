"""Functions for what slides over an array, which NumPy and JAX do not have, nor PyTorch their backward passes."""

from __future__ import annotations

ARRAYS = {
    "window_places": '''
def window_places(shape, size, stride, padding, dilation):
    """Where a window lies in the padded array at each place: an index for each axis it slides over."""
    axes, index = len(size), [...]
    sizes = zip(shape[-axes:], size, stride, padding, dilation)
    for axis, (n, k, step, pad, apart) in enumerate(sizes):
        first = np.arange(0, n + 2 * pad - apart * (k - 1), step)
        others = [other for other in range(2 * axes) if other % axes != axis]
        index.append(np.expand_dims(first[:, None] + apart * np.arange(k), others))
    return tuple(index)
''',
    "covered": '''
def covered(x, size, stride, padding, dilation, beyond=0.0):
    """What a window covers at each place: behind other axes those of places, then those of the window."""
    index = window_places(x.shape, size, stride, padding, dilation)
    sides = [(0, 0)] * (x.ndim - len(size)) + [(pad, pad) for pad in padding]
    return np.pad(x, sides, constant_values=beyond)[index]
''',
    "put_back": '''
def put_back(windows, like, size, stride, padding, dilation):
    """What there is for each entry of each window, added up where the window covered it."""
    index = window_places(like.shape, size, stride, padding, dilation)
    lengths = like.shape[-len(size) :]
    padded = [n + 2 * pad for n, pad in zip(lengths, padding)]
    whole = np.zeros((*like.shape[: -len(size)], *padded))
    np.add.at(whole, index, windows)
    inside = [slice(pad, pad + n) for n, pad in zip(lengths, padding)]
    return whole[(..., *inside)]
''',
    **{text: template for axes, k, at in ((1, "i", "l"), (2, "ij", "hw")) for text, template in {
        f"conv{axes}d": f'''
def conv{axes}d(x, w, stride={(1,) * axes}, padding={(0,) * axes}, dilation={(1,) * axes}):
    """The products of the kernel with what it covers, added up, at each place."""
    windows = covered(x, w.shape[-{axes}:], stride, padding, dilation)
    return np.einsum("...c{at}{k},oc{k}->...o{at}", windows, w)
''',
        f"conv{axes}d_input": f'''
def conv{axes}d_input(g, x, w, stride={(1,) * axes}, padding={(0,) * axes}, dilation={(1,) * axes}):
    """The kernel times the gradient at each place, added up at what it covers."""
    windows = np.einsum("...o{at},oc{k}->...c{at}{k}", g, w)
    return put_back(windows, x, w.shape[-{axes}:], stride, padding, dilation)
''',
        f"conv{axes}d_weight": f'''
def conv{axes}d_weight(g, w, x, stride={(1,) * axes}, padding={(0,) * axes}, dilation={(1,) * axes}):
    """What each weight met, times the gradient there, added up over all places and examples."""
    windows = covered(x, w.shape[-{axes}:], stride, padding, dilation)
    products = np.einsum("...o{at},...c{at}{k}->...oc{k}", g, windows)
    return np.sum(np.reshape(products, (-1, *w.shape)), axis=0)
''',
    }.items()},
    "max_pool": '''
def max_pool(x, size, stride, padding, dilation):
    """The largest entry of each window."""
    windows = covered(x, size, stride, padding, dilation, -np.inf)
    return np.max(windows, axis=tuple(range(-len(size), 0)))
''',
    "max_unpool": '''
def max_unpool(g, x, size, stride, padding, dilation):
    """The gradient of each window at its largest entry, the first of several."""
    windows = covered(x, size, stride, padding, dilation, -np.inf)
    rows = np.reshape(windows, (*g.shape, -1))
    largest = np.argmax(rows, axis=-1)[..., None] == np.arange(rows.shape[-1])
    grads = np.reshape(largest * g[..., None], windows.shape)
    return put_back(grads, x, size, stride, padding, dilation)
''',
    "avg_pool": '''
def avg_pool(x, size, stride, padding):
    """The mean of each window."""
    windows = covered(x, size, stride, padding, (1,) * len(size))
    return np.mean(windows, axis=tuple(range(-len(size), 0)))
''',
    "avg_unpool": '''
def avg_unpool(g, x, size, stride, padding):
    """The gradient of each window, divided among its entries."""
    each = np.reshape(g / math.prod(size), (*g.shape, *[1] * len(size)))
    windows = np.broadcast_to(each, (*g.shape, *size))
    return put_back(windows, x, size, stride, padding, (1,) * len(size))
''',
    "shares": '''
def shares(n, count):
    """A row for each of `count` windows that share out n entries: what each entry is of their mean."""
    k, at = np.arange(count), np.arange(n)
    first, end = k * n // count, -(-(k + 1) * n // count)
    return ((at >= first[:, None]) & (at < end[:, None])) / (end - first)[:, None]
''',
}  # fmt: skip
"""Functions in numpy, of which those for jax follow: options are a number for each axis that is slid over."""

JAX = {
    "put_back": ARRAYS["put_back"]
    .replace("np.add.at(whole, index, windows)", "whole = whole.at[index].add(windows)")
    .replace("np.", "jnp."),
    "max_pool": '''
def max_pool(x, size, stride, padding, dilation):
    """The largest entry of each window; of several the first, so that the gradient goes there."""
    windows = covered(x, size, stride, padding, dilation, -jnp.inf)
    rows = jnp.reshape(windows, (*windows.shape[: -len(size)], -1))
    first = jnp.argmax(rows, axis=-1, keepdims=True)
    return jnp.take_along_axis(rows, first, axis=-1)[..., 0]
''',
}  # fmt: skip
"""What is written otherwise in jax."""

TORCH = {
    **{f"max_unpool{axes}d": f'''
def max_unpool{axes}d(g, x, size, stride, padding, dilation):
    """The gradient of each window at its largest entry."""
    _, at = F.max_pool{axes}d(x, size, stride, padding, dilation, return_indices=True)
    zeros = torch.zeros_like(x).flatten(-{axes})
    return zeros.scatter_add(-1, at.flatten(-{axes}), g.flatten(-{axes})).reshape(x.shape)
''' for axes in (1, 2)},
    "avg_unpool1d": '''
def avg_unpool1d(g, x, size, stride, padding):
    """The gradient of each window, divided among its entries."""
    windows = (g / size[0]).reshape(-1, 1, g.shape[-1]).expand(-1, *size, -1)
    size, stride, padding = (1, *size), (1, *stride), (0, *padding)
    whole = F.fold(windows, (1, x.shape[-1]), size, stride=stride, padding=padding)
    return whole.reshape(x.shape)
''',
    "avg_unpool2d": '''
def avg_unpool2d(g, x, size, stride, padding):
    """The gradient of each window, divided among its entries."""
    count = math.prod(size)
    rows = (g / count).reshape(-1, 1, g.shape[-2] * g.shape[-1])
    windows, shape = rows.expand(-1, count, -1), x.shape[-2:]
    whole = F.fold(windows, shape, size, stride=stride, padding=padding)
    return whole.reshape(x.shape)
''',
    "shares": '''
def shares(n, count):
    """A row for each of `count` windows that share out n entries: what each entry is of their mean."""
    k, at = torch.arange(count), torch.arange(n)
    first, end = k * n // count, -(-(k + 1) * n // count)
    inside = (at >= first[:, None]) & (at < end[:, None])
    return inside.double() / (end - first)[:, None]
''',
}  # fmt: skip
"""What torch has no function for."""
