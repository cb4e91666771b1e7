//! Programs of this host that make what is needed before there is a container.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

use super::error::Error;
use super::log::Tail;

/// How long a program may take: slow mirrors are common, endless ones must not hang a build.
const LIMIT: Duration = Duration::from_secs(600);
const SUITE: &str = "trixie";
/// As in Debian's own slim images. Licences stay.
const LEFT_OUT: [&str; 4] = [
    "/usr/share/doc/*",
    "/usr/share/info/*",
    "/usr/share/locale/*",
    "/usr/share/man/*",
];
/// Emptied, so that image layers above delete no file of this one: a layer that does cannot be shared
/// with sandboxes. The sources are moved to where labs put others over them.
const CLEAN: &str = r#"
find "$1/var/log" "$1/var/cache/apt" "$1/var/lib/apt/lists" -type f ! -name lock -delete
rm -f "$1"/var/cache/debconf/*-old "$1"/var/lib/dpkg/*-old
[ ! -e "$1/etc/apt/sources.list" ] || mv "$1/etc/apt/sources.list" "$1/etc/apt/sources.list.d/debian.list"
"#;
/// Leaves out what `LEFT_OUT` names, now and in packages that are installed later.
const SLIM: &str = r#"
cd "$1"
rm -rf usr/share/info/* usr/share/locale/* usr/share/man/*
find usr/share/doc ! -type d ! -name copyright -delete
find usr/share/doc -mindepth 1 -type d -empty -delete
printf 'path-exclude=%s\n' '/usr/share/doc/*' '/usr/share/info/*' '/usr/share/locale/*' '/usr/share/man/*' > etc/dpkg/dpkg.cfg.d/slim
echo 'path-include=/usr/share/doc/*/copyright' >> etc/dpkg/dpkg.cfg.d/slim
"#;

/// Makes a minimal Debian for `architecture` in `folder` and gives the path of its archive.
pub(super) async fn debian(folder: &Path, architecture: &str) -> Result<PathBuf, Error> {
    let archive = folder.join("rootfs.tar");
    if installed("mmdebstrap").await {
        let mut command = Command::new("mmdebstrap");
        command
            .args(["--variant=minbase", "--quiet"])
            .arg(format!("--architectures={architecture}"));
        for path in LEFT_OUT {
            command.arg(format!("--dpkgopt=path-exclude={path}"));
        }
        command
            .arg("--dpkgopt=path-include=/usr/share/doc/*/copyright")
            .arg(format!(
                "--customize-hook={}",
                CLEAN.trim().replace('\n', "; ")
            ))
            .arg(SUITE)
            .arg(&archive);
        run(
            "mmdebstrap",
            command,
            "It needs Debian's mirror over http and the keys of `apt-get install -y debian-archive-keyring`.",
        )
        .await?;
        return Ok(archive);
    }
    if installed("debootstrap").await {
        debootstrap(folder, &archive, architecture).await?;
        return Ok(archive);
    }
    Err(Error::NoProgram {
        program: "mmdebstrap",
        remedy: "apt-get install -y --no-install-recommends mmdebstrap debian-archive-keyring",
    })
}

/// The older program of the same purpose: slower, and only for root.
async fn debootstrap(folder: &Path, archive: &Path, architecture: &str) -> Result<(), Error> {
    let root = folder.join("rootfs");
    let mut command = Command::new("debootstrap");
    command
        .arg("--variant=minbase")
        .arg(format!("--arch={architecture}"))
        .arg(SUITE)
        .arg(&root);
    run(
        "debootstrap",
        command,
        "It needs root, Debian's mirror over http and the keys of `apt-get install -y debian-archive-keyring`.",
    )
    .await?;
    let mut command = Command::new("sh");
    command
        .args(["-ec", &format!("{CLEAN}{SLIM}"), "clean"])
        .arg(&root);
    run("cleaning the new Debian", command, "").await?;
    let mut command = Command::new("tar");
    command
        .args(["--create", "--numeric-owner"])
        .args(["--xattrs", "--xattrs-include=security.*"])
        .arg("--file")
        .arg(archive)
        .arg("--directory")
        .arg(&root)
        .arg(".");
    run("tar", command, "").await
}

/// Whether a program can be started.
pub(super) async fn installed(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .await
        .is_ok()
}

/// Runs a program to its end and keeps the last lines of what it says.
pub(super) async fn run(
    program: &str,
    mut command: Command,
    remedy: &'static str,
) -> Result<(), Error> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut out = Tail::default();
    let mut err = Tail::default();
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let work = async {
        tokio::try_join!(read(stdout, &mut out), read(stderr, &mut err))?;
        child.wait().await
    };
    let status = match tokio::time::timeout(LIMIT, work).await {
        Ok(status) => status?,
        Err(_) => {
            return Err(Error::Program {
                program: program.to_owned(),
                status: format!("no end within {LIMIT:?}"),
                remedy,
                log: format!("{out}{err}"),
            });
        }
    };
    if status.success() {
        return Ok(());
    }
    Err(Error::Program {
        program: program.to_owned(),
        status: status.to_string(),
        remedy,
        log: format!("{out}{err}"),
    })
}

async fn read(stream: Option<impl AsyncRead + Unpin>, tail: &mut Tail) -> std::io::Result<()> {
    let Some(mut stream) = stream else {
        return Ok(());
    };
    let mut piece = vec![0; 16 * 1024];
    loop {
        match stream.read(&mut piece).await? {
            0 => return Ok(()),
            length => tail.push(&String::from_utf8_lossy(&piece[..length])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_program_that_fails_is_told_with_its_last_lines_and_what_to_do() {
        let mut command = Command::new("sh");
        command.args(["-c", "seq 1 1000; echo the mirror is away >&2; exit 7"]);
        let error = run("fetching", command, "Ask for the mirror.")
            .await
            .unwrap_err();
        let told = error.to_string();
        assert!(
            told.contains("fetching failed") && told.contains('7'),
            "{told}"
        );
        assert!(told.contains("Ask for the mirror."), "{told}");
        assert!(
            told.contains("\n1000\n") && told.contains("the mirror is away"),
            "{told}"
        );
        assert!(!told.contains("\n1\n"), "{told}");
    }
}
