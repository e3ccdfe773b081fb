from django.urls import path

from queues.views import connections, dumps, health, jobs, messages, queue, queue_list

app_name = "queues"

# /connections/<connection>/queues/<name>/
QUEUE = "connections/<slug:connection>/queues/<str:name>/"
queue_urls = [
    path(QUEUE, queue.queue_page, name="queue"),
    path(f"{QUEUE}peek/", messages.peek, name="peek"),
    path(f"{QUEUE}send/", messages.send, name="send"),
    path(f"{QUEUE}dump/", dumps.start, name="start_dump"),
    path(f"{QUEUE}settings/", queue.settings, name="settings"),
    path(f"{QUEUE}delete/", queue.delete, name="delete"),
]

# /connections/<connection>/
connection_urls = [
    path("connections/<slug:connection>/queues/", queue_list.queue_list, name="queue_list"),
    path("connections/<slug:connection>/new-queue/", queue.new_queue, name="new_queue"),
]

# /dumps/
dump_urls = [
    path("dumps/", dumps.dump_list, name="dump_list"),
    path("dumps/<uuid:dump_id>/", dumps.dump_page, name="dump"),
    path("dumps/<uuid:dump_id>/messages/<int:ordinal>/", dumps.message, name="message"),
    path("dumps/<uuid:dump_id>/download/", dumps.download, name="download"),
]

# /jobs/
job_urls = [
    path("jobs/", jobs.job_list, name="job_list"),
    path("jobs/running/", jobs.running, name="running_jobs"),
    path("jobs/<uuid:job_id>/", jobs.job_page, name="job"),
    path("jobs/<uuid:job_id>/cancel/", jobs.job_cancel, name="cancel_job"),
]

urlpatterns = [
    path("", connections.connection_list, name="connections"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    *connection_urls,
    *queue_urls,
    *dump_urls,
    *job_urls,
]
