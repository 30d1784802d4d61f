"""Misconceptions of students → the wrong numbers they lead to, and back.

`forward` and `backward` are the mistakes as mutants of a pass, `mutants` makes them, `diagnose` finds which one
explains a number, `follow_through` what is right for one who goes on from a wrong number, `collisions` which
mistakes inputs hide. `learning` has the mistakes of updates, batches and rates.
"""

__all__ = ["backward", "collisions", "diagnose", "follow_through", "forward", "learning", "mutants"]
