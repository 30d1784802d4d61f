"""Where the author's code is while it runs, and what it may not ask for."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import Any

import torch

import graphviz_ad
from graphviz_ad.errors import GraphvizADError

_OTHERS = (os.path.dirname(torch.__file__), os.path.dirname(graphviz_ad.__file__))
"""Folders of code that is not the author's."""
_COMMAND = "graphviz_ad_cli.torch"
"""The module of the command."""
_DEFINITIONS = os.path.join(os.path.dirname(__file__), "composites.py")
"""The file of what is run in place of torch's."""


NOWHERE = "the code"
"""The place of a call that no code of the author's made."""


class CaptureError(GraphvizADError):
    """Code that cannot be made a graph of, with the place in the author's file."""


def author() -> FrameType | None:
    """→ the innermost frame that is neither torch's nor ours, but for those of definitions, whose names are told."""
    return _outside(sys._getframe(2), [_DEFINITIONS])


def _outside(frame: FrameType | None, own_files: Sequence[str] = ()) -> FrameType | None:
    """Frame → the innermost one of the author's code, or of a file in `own_files`; what calls us is no such code where
    that is our command."""
    while frame is not None and frame.f_globals.get("__name__") != _COMMAND:
        file = frame.f_code.co_filename
        if file in own_files or not file.startswith(_OTHERS):
            return frame
        frame = frame.f_back
    return None


def is_of_module(tensor: torch.Tensor, frame: FrameType | None) -> bool:
    """Tensor that is seen first in a frame → whether a module made it for itself, or what is run in place of a function
    of torch: no code that calls modules has a variable for it."""
    frame = _outside(frame, [_DEFINITIONS])
    if frame is None or not _is_of_module(frame):
        return False
    while frame is not None:
        if not _is_of_module(frame) and any(value is tensor for value in frame.f_locals.values()):
            return False
        frame = _outside(frame.f_back, [_DEFINITIONS])
    return True


def _is_of_module(frame: FrameType) -> bool:
    return frame.f_code.co_filename == _DEFINITIONS or isinstance(frame.f_locals.get("self"), torch.nn.Module)


def place(frame: FrameType | None) -> str:
    """Frame → file and line of the author's code."""
    if frame is not None and frame.f_code.co_filename == _DEFINITIONS:
        frame = _outside(frame.f_back)
    if frame is None:
        return NOWHERE
    return f"{frame.f_code.co_filename.rsplit('/', 1)[-1]}:{frame.f_lineno}"


def require_cpu(name: str, args: Sequence[Any], options: Mapping[str, Any], frame: FrameType | None) -> None:
    """Raise CaptureError where a call asks for a tensor elsewhere than on the CPU."""
    asked = ["cuda"] if name == "cuda" else [options.get("device"), *(args[1:2] if name == "to" else ())]
    kinds = {str(value).partition(":")[0] for value in asked if isinstance(value, str | torch.device)}
    for kind in kinds & {"cuda", "mps", "xpu", "meta"}:
        raise CaptureError(
            f"{place(frame)}: the code asks for the device '{kind}', and graphs are made on the CPU",
            hint='let it take device = "cpu" here',
        )


def require_plain(tensor: torch.Tensor, frame: FrameType | None) -> None:
    """Raise CaptureError for a tensor that is no array of real numbers on the CPU."""
    if tensor.is_complex():
        raise CaptureError(f"{place(frame)}: complex numbers are not drawn", hint="use real ones")
    if tensor.device.type != "cpu":
        raise CaptureError(f"{place(frame)}: a tensor is on {tensor.device}", hint="run the code on the CPU")
    if tensor.layout is not torch.strided:
        raise CaptureError(f"{place(frame)}: sparse tensors are not drawn", hint="make a dense one of it: x.to_dense()")
