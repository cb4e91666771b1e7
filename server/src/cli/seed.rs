//! `drydock seed`: fills the database with a made-up class, for measuring and for trying things out.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use drydock_course::model::Course;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use crate::clock::Clock;
use crate::config::Config;
use crate::gradebook::sample::{self, Wanted};
use crate::people::Passwords;
use crate::store::{Seeding, Store};

/// Fills the database with a made-up class.
#[derive(Debug, Args)]
pub struct Seed {
    /// Students of the class.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(0..=5_000))]
    students: u16,
    /// Assignments of the class; never more than the course has labs, quizzes and lessons.
    #[arg(long, default_value_t = 12)]
    assignments: usize,
    /// Its title.
    #[arg(long, default_value = "A made-up class")]
    title: String,
    /// Its course; the first one if it is left out.
    #[arg(long)]
    course: Option<String>,
    /// What its instructor signs in with.
    #[arg(long, default_value = "robin@example.org")]
    email: String,
    /// The password of the instructor and of every student.
    #[arg(long)]
    password: String,
}

impl Seed {
    pub async fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let library = drydock_course::load(&config.content).library;
        let course = match &self.course {
            Some(slug) => library.courses.iter().find(|course| course.slug == *slug),
            None => library.courses.first(),
        };
        let course = course.context("there is no such course: set `content` or `--course`")?;
        let clock = Clock::default();
        let wanted = Wanted {
            students: self.students.into(),
            assignments: self.assignments,
            title: self.title,
            email: self.email,
            password: Passwords::default().hash(self.password).await?,
            now: clock.seconds(),
        };
        let sample = sample::class(course, &wanted);
        let store = Store::open(&config.data, clock).await?;
        let mut seeding = store.seed().await?;
        for (table, rows) in &sample.rows {
            seeding.insert(*table, rows).await.with_context(|| {
                format!("`{}` cannot be filled; was it seeded before?", table.name)
            })?;
        }
        for lab in &sample.labs {
            evidence(&mut seeding, course, lab, &library.version).await?;
        }
        seeding.commit().await?;
        for (table, rows) in &sample.rows {
            eprintln!("{:>8} {}", rows.len(), table.name);
        }
        println!("/classes/{}/grades", sample.class);
        Ok(ExitCode::SUCCESS)
    }
}

/// The files that a learner begins with, and one image and one container.
async fn evidence(
    seeding: &mut Seeding,
    course: &Course,
    slug: &str,
    version: &str,
) -> anyhow::Result<()> {
    let items = course.modules.iter().flat_map(|module| &module.items);
    let lab = items
        .filter_map(|item| match item {
            drydock_course::model::Item::Lab(lab) if lab.slug == slug => Some(lab),
            _ => None,
        })
        .next()
        .context("the lab is gone")?;
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let dockerfile = b"FROM alpine:3\nCOPY . /app\nCMD [\"sh\"]\n".as_slice();
    let start = lab
        .start
        .iter()
        .map(|file| (file.path.as_str(), file.bytes.as_slice()));
    for (path, bytes) in start.chain([("my-work/Dockerfile", dockerfile)]) {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, path, bytes)?;
    }
    let files = tar.into_inner()?.finish()?;
    let objects = json!({
        "images": [{ "Id": "sha256:5d2f", "RepoTags": ["hello:v1"], "Size": 8_400_000, "Config": { "User": "", "Cmd": ["sh"] } }],
        "containers": [{ "Id": "81aa", "Name": "/web", "Image": "sha256:5d2f", "Config": { "Image": "hello:v1" },
            "State": { "Status": "running", "ExitCode": 0 } }],
        "volumes": [],
        "networks": [],
        "logs": {},
    });
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(objects.to_string().as_bytes())?;
    let seen: Vec<_> = lab
        .checks()
        .filter(|check| !check.hidden)
        .map(|check| {
            json!({ "id": check.id, "step": check.step, "title": check.title, "state": "pass",
                "expected": "As the step asks for it.", "found": "It is as it should be.", "points": check.points,
                "passed_at": null, "rule": "" })
        })
        .collect();
    let seen = json!({ "checks": seen, "solutions": {} }).to_string();
    seeding
        .insert_evidence(slug, version, &files, &packed.finish()?, &seen)
        .await?;
    Ok(())
}
