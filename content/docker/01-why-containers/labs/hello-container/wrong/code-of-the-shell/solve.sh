# Without sh -c: the exit is for the shell on the lab machine.
(docker run --name failed busybox echo cast off; exit 3) || true
docker run --name first hello-world
