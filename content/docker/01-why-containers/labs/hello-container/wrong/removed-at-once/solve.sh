docker run --rm --name first hello-world
