"""Filters over messages: a text, a JMESPath expression, or both. Neither Django nor code of users'.

A filter is read by `Filter.parse`, and messages are judged by a `Judge`, which says one of three
things of each: it matches, it does not, or it cannot be judged and why. What cannot be judged is
never a match. evaluate.py has the rules, judge.py the limits, trial.py the dry run.
"""

from queues.search.filters import Filter
from queues.search.judge import Judge, NoJudge
from queues.search.judgement import Judgement, Outcome
from queues.search.mistakes import BadFilter
from queues.search.trial import Example, Trial, try_out

__all__ = [
    "BadFilter",
    "Example",
    "Filter",
    "Judge",
    "Judgement",
    "NoJudge",
    "Outcome",
    "Trial",
    "try_out",
]
