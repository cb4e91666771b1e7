//! What happens in each step. Sources: the Docker Engine API reference (requests), the Docker documentation ("Docker
//! overview", "Storage drivers", "Bridge network driver"), namespaces(7), cgroups(7).

use crate::view::RunSteps;

/// A step.
pub(super) struct Step {
    /// A few words.
    pub title: &'static str,
    /// One to three sentences.
    pub text: String,
    /// What goes over the wire, or appears on the screen.
    pub code: Option<String>,
}

pub(super) fn steps(scene: &RunSteps) -> Vec<Step> {
    let RunSteps {
        image,
        command,
        output,
        ..
    } = scene;
    let step = |title, text: &str, code: Option<String>| Step {
        title,
        text: text.to_owned(),
        code,
    };
    let said = |text: &str| Some(text.to_owned());
    vec![
        step(
            "You press Enter",
            "docker is a client and no more. It reads the command line and turns it into requests; the work is done \
             elsewhere.",
            Some(format!("$ docker run {image} {command}")),
        ),
        step(
            "The client asks the engine",
            "It sends an HTTP request through a socket to the Docker Engine, the daemon dockerd: make a container of \
             this image, with this command.",
            said("POST /containers/create"),
        ),
        step(
            "Is the image there?",
            "The engine looks among its images. This one is not there yet, and the engine says so. If it were, the next \
             step would be left out.",
            said("404 No such image"),
        ),
        step(
            "The image is pulled",
            "The client asks for it. The engine reads from the registry which layers the image is made of, fetches those \
             that it lacks, and checks each one against its digest.",
            Some(format!("POST /images/create?fromImage={image}")),
        ),
        step(
            "A container is created",
            "The client asks again. Now the engine notes down a new container: an ID, a name, the command, the settings. \
             No process runs yet. docker create ends here.",
            said("POST /containers/create → 201 Created"),
        ),
        step(
            "It gets a writable layer",
            "On top of the image's read-only layers lies an empty one for this container alone. Whatever the container \
             writes will be there, and the image stays as it is.",
            None,
        ),
        step(
            "The client attaches",
            "Before anything runs, the client joins your terminal to the container's output, so that not a line is lost. \
             With -d it leaves this out.",
            said("POST /containers/{id}/attach"),
        ),
        step(
            "The start is handed down",
            "The client asks for the start. The engine passes it on to containerd, which calls runc: a small program \
             that makes a container out of a process, and then leaves.",
            said("POST /containers/{id}/start"),
        ),
        step(
            "Namespaces and a cgroup",
            "runc asks the kernel for both. Namespaces decide what the process sees: processes, files, network, host name \
             of its own. A cgroup counts and limits what it uses: memory, processor time.",
            None,
        ),
        step(
            "A network",
            "A virtual cable joins the container's network namespace to a bridge of the host. At its end in the \
             container is an address of its own.",
            said("eth0 172.17.0.2"),
        ),
        step(
            "The process runs",
            "The command becomes process 1 of the container. For the kernel it is an ordinary process. What it prints \
             travels through the engine to your terminal.",
            Some(output.clone()),
        ),
        step(
            "It exits",
            "The process ends, and its namespaces with it. Its exit code goes back to your shell. The container is still \
             there, exited, with its writable layer, until docker rm.",
            said("$ echo $?  →  0"),
        ),
    ]
}
