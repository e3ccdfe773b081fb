"""What sqsdash does with many messages: sweep, store, settle. Knows models, not Celery or HTTP."""
