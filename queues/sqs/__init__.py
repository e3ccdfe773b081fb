"""SQS, on boto3 and the standard library alone: nothing here knows Django, Celery or the pages.

client.py makes clients, queues.py and messages.py hold the single calls, batches.py those on any
number of messages, and sweep/ reads a whole queue. What goes wrong is an error of errors.py.
"""
