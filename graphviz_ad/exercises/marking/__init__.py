"""Answers → marks, with what follows from one's own numbers and which mistake explains a wrong one; marks → reports."""

__all__ = ["agreement", "answer_files", "answers", "marking", "reports"]
