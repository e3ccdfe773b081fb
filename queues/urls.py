from django.urls import path

from queues.views import (
    acts,
    connections,
    dumps,
    editor,
    find,
    health,
    jobs,
    keeping,
    message_page,
    message_parts,
    messages,
    move_tasks,
    queue,
    queue_list,
    reading,
    resend,
    restore,
    send,
    trial,
    upload,
)

app_name = "queues"

# /connections/<connection>/queues/<name>/
QUEUE = "connections/<slug:connection>/queues/<str:name>/"
queue_urls = [
    path(QUEUE, queue.queue_page, name="queue"),
    path(f"{QUEUE}peek/", messages.peek, name="peek"),
    path(f"{QUEUE}send/", send.send, name="send"),
    path(f"{QUEUE}send/check/", editor.check, name="check_message"),
    path(f"{QUEUE}send/lay-out/", editor.lay_out, name="lay_out_body"),
    path(f"{QUEUE}send/many/", upload.send_many, name="send_many"),
    path(f"{QUEUE}dump/", dumps.start, name="start_dump"),
    path(f"{QUEUE}upload/", upload.upload, name="upload"),
    path(f"{QUEUE}clear/", acts.clear, name="clear"),
    path(f"{QUEUE}delete-selected/", acts.delete_selected, name="delete_selected"),
    path(f"{QUEUE}move/", acts.move, name="move"),
    path(f"{QUEUE}redrive/", acts.redrive, name="redrive"),
    path(f"{QUEUE}move-tasks/", move_tasks.task_list, name="move_tasks"),
    path(f"{QUEUE}move-tasks/cancel/", move_tasks.cancel, name="cancel_move_task"),
    path(f"{QUEUE}try-filter/", trial.try_filter, name="try_filter"),
    path(f"{QUEUE}columns/", reading.columns, name="columns"),
    path(f"{QUEUE}columns/add/", reading.add_column, name="add_column"),
    path(f"{QUEUE}filters/", reading.save_filter, name="save_filter"),
    path(f"{QUEUE}filters/<int:pk>/delete/", reading.delete_filter, name="delete_filter"),
    path(f"{QUEUE}read-as/", message_page.read_as, name="read_as"),
    path(f"{QUEUE}settings/", queue.settings, name="settings"),
    path(f"{QUEUE}delete/", queue.delete, name="delete"),
]

# /connections/<connection>/
connection_urls = [
    path("connections/<slug:connection>/queues/", queue_list.queue_list, name="queue_list"),
    path("connections/<slug:connection>/new-queue/", queue.new_queue, name="new_queue"),
]

# /dumps/
MESSAGE = "dumps/<uuid:dump_id>/messages/<int:ordinal>/"
dump_urls = [
    path("dumps/", dumps.dump_list, name="dump_list"),
    path("dumps/upload/", upload.upload_anywhere, name="upload_anywhere"),
    path("dumps/<uuid:dump_id>/", dumps.dump_page, name="dump"),
    path(MESSAGE, message_page.message, name="message"),
    path(f"{MESSAGE}resend/", resend.resend, name="resend"),
    path(f"{MESSAGE}as/<slug:part>/", message_parts.message_part, name="message_part"),
    path(
        f"{MESSAGE}attributes/<int:number>/",
        message_parts.message_attribute,
        name="message_attribute",
    ),
    path("dumps/<uuid:dump_id>/find/", find.find, name="find"),
    path("dumps/<uuid:dump_id>/find/check/", find.check, name="check_expression"),
    path("dumps/<uuid:dump_id>/found/", find.found, name="found"),
    path("dumps/<uuid:dump_id>/download/", dumps.download, name="download"),
    path("dumps/<uuid:dump_id>/restore/", restore.restore, name="restore"),
    path("dumps/<uuid:dump_id>/pin/", keeping.pin, name="pin_dump"),
    path("dumps/<uuid:dump_id>/delete/", keeping.delete, name="delete_dump"),
]

# /jobs/
job_urls = [
    path("jobs/", jobs.job_list, name="job_list"),
    path("jobs/running/", jobs.running, name="running_jobs"),
    path("jobs/<uuid:job_id>/", jobs.job_page, name="job"),
    path("jobs/<uuid:job_id>/cancel/", jobs.job_cancel, name="cancel_job"),
    path("jobs/<uuid:job_id>/undo/", jobs.job_undo, name="undo_job"),
    path("jobs/<uuid:job_id>/release/", jobs.job_release, name="release_job"),
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
