"""`make bench`: how fast the jobs are, as ratios to loops that do the least possible.

The parts: `server` runs the simulator and fills queues, `programs` are what is measured, each in
a process of its own, `child` runs them and reads what they say, `letters` are the comparisons,
`table` prints them. Nothing here is imported by the dashboard.
"""
