//! The content in use: loaded at start, loaded again when a file changes (`serve --watch`).
//!
//! Readers take a [`Snapshot`] and keep it for a whole request, so that a reload never shows half
//! of the old and half of the new.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use drydock_course::Loaded;
use drydock_course::model::{Course, Item, Lab, Lesson, Library, Module};
use drydock_course::problem::Problem;
use drydock_course::search::{Hit, Index};
use tokio::sync::{mpsc, watch};

use crate::labs::LabKey;

/// One state of the content.
#[derive(Debug, Default)]
pub struct Content {
    /// Every course that could be loaded.
    pub library: Library,
    /// What is wrong with the rest.
    pub problems: Vec<Problem>,
    /// The words of each course, by its slug.
    indexes: BTreeMap<String, Index>,
}

/// Most pages that a search gives.
pub const HITS: usize = 50;

/// One state of the content, shared.
pub type Snapshot = Arc<Content>;

impl From<Loaded> for Content {
    fn from(loaded: Loaded) -> Self {
        let courses = loaded.library.courses.iter();
        Self {
            indexes: courses
                .map(|course| (course.slug.clone(), Index::of(course)))
                .collect(),
            library: loaded.library,
            problems: loaded.problems,
        }
    }
}

impl Content {
    /// The course of that slug.
    pub fn course(&self, slug: &str) -> Option<&Course> {
        self.library
            .courses
            .iter()
            .find(|course| course.slug == slug)
    }

    /// The best `most` places of a course for a query; without words, every page in order.
    pub fn search(&self, course: &str, query: &str, most: usize) -> Vec<Hit> {
        self.indexes
            .get(course)
            .map(|index| index.find(query, most))
            .unwrap_or_default()
    }

    /// The lesson of that slug with its module and course.
    pub fn lesson(&self, course: &str, slug: &str) -> Option<(&Course, &Module, &Lesson)> {
        let course = self.course(course)?;
        course.modules.iter().find_map(|module| {
            module.items.iter().find_map(|item| match item {
                Item::Lesson(lesson) if lesson.slug == slug => Some((course, module, lesson)),
                _ => None,
            })
        })
    }

    /// The lab of that slug with its module and course.
    pub fn lab(&self, course: &str, slug: &str) -> Option<(&Course, &Module, &Lab)> {
        let course = self.course(course)?;
        course.modules.iter().find_map(|module| {
            module.items.iter().find_map(|item| match item {
                Item::Lab(lab) if lab.slug == slug => Some((course, module, lab)),
                _ => None,
            })
        })
    }

    /// Every lab, in course order.
    pub fn labs(&self) -> impl Iterator<Item = (LabKey, &Lab)> {
        self.library.courses.iter().flat_map(|course| {
            course
                .modules
                .iter()
                .flat_map(|module| &module.items)
                .filter_map(move |item| match item {
                    Item::Lab(lab) => Some((
                        LabKey {
                            course: course.slug.clone(),
                            lab: lab.slug.clone(),
                        },
                        lab,
                    )),
                    Item::Lesson(_) => None,
                })
        })
    }
}

/// Holds the current [`Snapshot`]. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Holder {
    folder: PathBuf,
    loader: Arc<std::sync::Mutex<drydock_course::Loader>>,
    current: Arc<RwLock<Snapshot>>,
    version: watch::Sender<u64>,
}

impl Holder {
    /// Loads the folder for the first time.
    pub fn load(folder: &Path) -> Self {
        let holder = Self {
            folder: folder.to_owned(),
            loader: Arc::new(std::sync::Mutex::new(drydock_course::Loader::new(folder))),
            current: Arc::default(),
            version: watch::Sender::new(0),
        };
        holder.reload();
        holder
    }

    /// The content of now.
    pub fn now(&self) -> Snapshot {
        self.current
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }

    /// Counts up with each reload.
    pub fn version(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    /// Loads the folder again and logs what is wrong with it.
    pub fn reload(&self) {
        let loaded = {
            let mut loader = self
                .loader
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            loader.load()
        };
        for problem in &loaded.problems {
            tracing::warn!("{problem}");
        }
        let content = Content::from(loaded);
        *self
            .current
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(content);
        self.version.send_modify(|version| *version += 1);
    }

    /// Reloads whenever a file of the folder changes, until the returned watcher is dropped.
    ///
    /// # Errors
    /// When the system refuses to watch the folder.
    pub fn watch(&self) -> notify::Result<notify::RecommendedWatcher> {
        use notify::Watcher as _;
        let (changed, mut changes) = mpsc::unbounded_channel();
        let mut watcher =
            notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
                // Reading is not a change, and the reload itself reads.
                if event.is_ok_and(|event| !event.kind.is_access()) {
                    let _ = changed.send(());
                }
            })?;
        watcher.watch(&self.folder, notify::RecursiveMode::Recursive)?;
        let holder = self.clone();
        tokio::spawn(async move {
            while changes.recv().await.is_some() {
                // An editor saves in several steps: take them as one.
                while tokio::time::timeout(Duration::from_millis(30), changes.recv())
                    .await
                    .is_ok_and(|event| event.is_some())
                {}
                let holder = holder.clone();
                let _ = tokio::task::spawn_blocking(move || holder.reload()).await;
            }
        });
        Ok(watcher)
    }
}
