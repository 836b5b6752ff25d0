"""How gunicorn serves the site; GUNICORN_CMD_ARGS="--workers 4" changes it without an edit."""

workers = 2
threads = 4
# Its heartbeat file must not lie on a disk.
worker_tmp_dir = "/dev/shm"
# A first search opens the model and the index; a zip of a gigabyte takes its time too.
timeout = 120
graceful_timeout = 30
# Nobody steers a container from inside, and its root is read-only.
control_socket_disable = True
