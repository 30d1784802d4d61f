"""Answers → marks, with what follows from one's own numbers and the diagnoses of wrong ones; marks → reports."""

__all__ = ["agreement", "answer_files", "answers", "feedback", "marking", "marks", "reports"]
