//! What package registries give to this host's own clients, because containers may not reach them: a
//! company's certificates and mirrors are set up on the host.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::process::Command;

use super::context::Context;
use super::error::Error;
use super::host::{installed, run};

/// Python packages that lie in a folder of this host until they are planted.
pub(super) struct Wheels {
    _folder: TempDir,
    files: Vec<PathBuf>,
}

impl Wheels {
    /// An archive of them. They lie in its root.
    pub(super) fn archive(&self) -> Context {
        let mut archive = Context::new();
        for file in &self.files {
            if let Some(name) = file.file_name().and_then(|name| name.to_str()) {
                archive.add_file(name, file.clone());
            }
        }
        archive
    }
}

/// Fetches Python packages for `architecture` into `folder`, as listed in `requirements`.
pub(super) async fn wheels(
    folder: TempDir,
    requirements: &str,
    python: &str,
    architecture: &str,
) -> Result<Wheels, Error> {
    if !Command::new("python3")
        .args(["-m", "pip", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .await
        .is_ok_and(|status| status.success())
    {
        return Err(Error::NoProgram {
            program: "pip",
            remedy: "apt-get install -y --no-install-recommends python3-pip",
        });
    }
    let list = folder.path().join("requirements.txt");
    tokio::fs::write(&list, requirements).await?;
    let target = folder.path().join("wheels");
    let machine = match architecture {
        "arm64" => "aarch64",
        _ => "x86_64",
    };
    let mut command = Command::new("python3");
    command
        .args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--require-hashes",
            "--retries=1",
            "--timeout=30",
        ])
        .args(["--only-binary=:all:", "--implementation=cp"])
        .arg(format!("--python-version={python}"));
    for libc in ["manylinux_2_28", "manylinux_2_17", "manylinux2014"] {
        command.arg(format!("--platform={libc}_{machine}"));
    }
    command
        .arg("--dest")
        .arg(&target)
        .arg("--requirement")
        .arg(&list)
        // A wheelhouse of this host has nothing to say about that of the labs.
        .env_remove("PIP_FIND_LINKS")
        .env_remove("PIP_NO_INDEX");
    run(
        "pip download",
        command,
        "It needs the package index, or PIP_INDEX_URL set to a mirror of it.",
    )
    .await?;
    let mut files = Vec::new();
    let mut entries = tokio::fs::read_dir(&target).await?;
    while let Some(entry) = entries.next_entry().await? {
        files.push(entry.path());
    }
    files.sort();
    Ok(Wheels {
        _folder: folder,
        files,
    })
}

/// Fetches a package of npm into `folder` as an archive; its SHA-256 must be `digest`.
pub(super) async fn npm(folder: &Path, package: &str, digest: &str) -> Result<PathBuf, Error> {
    if !installed("npm").await {
        return Err(Error::NoProgram {
            program: "npm",
            remedy: "apt-get install -y --no-install-recommends npm",
        });
    }
    let target = folder.join("npm");
    tokio::fs::create_dir(&target).await?;
    let mut command = Command::new("npm");
    command
        .args([
            "pack",
            "--silent",
            "--fetch-retries=1",
            "--fetch-timeout=30000",
        ])
        .arg("--pack-destination")
        .arg(&target)
        .arg(package)
        .current_dir(folder);
    run(
        "npm pack",
        command,
        "It needs npm's registry, or a mirror of it in `npm config`.",
    )
    .await?;
    let mut entries = tokio::fs::read_dir(&target).await?;
    let archive = entries.next_entry().await?.map(|entry| entry.path());
    let bytes = match &archive {
        Some(path) => tokio::fs::read(path).await?,
        None => Vec::new(),
    };
    let found = format!("{:x}", Sha256::digest(&bytes));
    match archive {
        Some(path) if found == digest => Ok(path),
        _ => Err(Error::Program {
            program: "npm pack".to_owned(),
            status: "another file than expected".to_owned(),
            remedy: "Its registry or mirror does not give the package that Drydock was tried with.",
            log: format!("{package}: SHA-256 {found} instead of {digest}"),
        }),
    }
}
