"""The fault matrix: jobs in processes of their own, broken on purpose, and what became of it.

`python -m tests.faults --help`. A scenario (scenario.py) is a row (rows.py: what goes wrong), a
deed (deeds.py: what the job does), a backend and a seed. It runs on a stage (stage.py) of its own:
a simulator over HTTP and databases; the job's process carries a probe (probe.py); the parent
(shift.py) plays broker and reaper, nemeses (nemesis.py) strike, and the oracle (oracle.py) judges.
"""
