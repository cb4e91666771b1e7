//! First versions of lessons and labs, for `drydock new`. They load without problems, and the lab
//! can be verified as it is: an author changes what works.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::markdown::escape;
use crate::outline;

/// A file to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Relative to the content folder, with `/` between parts.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// Whether it is a script.
    pub executable: bool,
}

/// What is to be made, and what is left to the author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaffold {
    /// The files.
    pub files: Vec<NewFile>,
    /// What the author has to do besides.
    pub notes: Vec<String>,
}

impl Scaffold {
    /// Writes the files into the content folder. Nothing that is there is overwritten, and if a file cannot be
    /// written, those before it are removed again.
    ///
    /// # Errors
    /// A file is there already, or cannot be written.
    pub fn write(&self, content: &Path) -> io::Result<()> {
        let mut made = Vec::new();
        let written = self
            .files
            .iter()
            .try_for_each(|file| write_file(content, file, &mut made));
        if written.is_err() {
            // The last first: a folder goes after what is in it. What somebody else put there stays.
            for path in made.iter().rev() {
                let _ = match path.is_dir() {
                    true => fs::remove_dir(path),
                    false => fs::remove_file(path),
                };
            }
        }
        written
    }
}

/// Makes a file and the folders above it, and notes all that was not there before.
fn write_file(content: &Path, file: &NewFile, made: &mut Vec<PathBuf>) -> io::Result<()> {
    let path = content.join(&file.path);
    let above: Vec<&Path> = path
        .ancestors()
        .skip(1)
        .take_while(|folder| !folder.exists())
        .collect();
    for folder in above.into_iter().rev() {
        fs::create_dir(folder)?;
        made.push(folder.to_owned());
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if file.executable {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o755);
    }
    let mut open = options.open(&path)?;
    made.push(path);
    io::Write::write_all(&mut open, &file.bytes)
}

/// A lesson for the end of a module, such as `docker/03-layers`. The module, and the course, are made
/// as well if they are not there.
///
/// # Errors
/// What is wrong with the names, in words for the author.
pub fn lesson(content: &Path, module: &str, title: &str) -> Result<Scaffold, String> {
    let slug = slug_of(title)?;
    let mut made = module_files(content, module)?;
    let folder = content.join(module);
    let number = names(&folder)
        .iter()
        .filter_map(|name| outline::numbered(name.strip_suffix(".md")?))
        .map(|(number, _)| number)
        .max();
    let path = format!("{module}/{:02}-{slug}.md", number.unwrap_or(0) + 1);
    if names(&folder).iter().any(|name| {
        name.strip_suffix(".md")
            .and_then(outline::numbered)
            .is_some_and(|(_, other)| other == slug)
    }) {
        return Err(format!(
            "{module} has a lesson `{slug}` already: choose another title"
        ));
    }
    made.notes.extend(order_note(content, module, &slug));
    made.files.push(file(
        path,
        &include_str!("lesson.md").replace("{title}", &quoted(title)),
        false,
    ));
    Ok(made)
}

/// A lab of a module, such as `docker/03-layers`. The module, and the course, are made as well if they
/// are not there.
///
/// # Errors
/// What is wrong with the names, in words for the author.
pub fn lab(content: &Path, module: &str, title: &str) -> Result<Scaffold, String> {
    let slug = slug_of(title)?;
    let mut made = lab_place(content, module, &slug)?;
    let folder = format!("{module}/labs/{slug}");
    made.files.extend([
        file(
            format!("{folder}/lab.md"),
            &include_str!("lab.md").replace("{title}", &quoted(title)),
            false,
        ),
        file(
            format!("{folder}/solution/solve.sh"),
            include_str!("solve.sh"),
            true,
        ),
        file(
            format!("{folder}/solution/answers.yaml"),
            include_str!("answers.yaml"),
            false,
        ),
    ]);
    Ok(made)
}

/// What a new lab needs around it: its module and course, if they are not there.
pub(crate) fn lab_place(content: &Path, module: &str, slug: &str) -> Result<Scaffold, String> {
    let mut made = module_files(content, module)?;
    let course = module.split('/').next().unwrap_or_default();
    for other in names(&content.join(course)) {
        let folder = format!("{course}/{other}/labs/{slug}");
        if content.join(&folder).symlink_metadata().is_ok() {
            return Err(format!(
                "{folder} is there already: choose another title or name"
            ));
        }
    }
    made.notes.extend(order_note(content, module, slug));
    Ok(made)
}

fn file(path: String, text: &str, executable: bool) -> NewFile {
    NewFile {
        path,
        bytes: text.as_bytes().to_vec(),
        executable,
    }
}

fn slug_of(title: &str) -> Result<String, String> {
    let slug = escape::slug(title);
    if slug.is_empty() {
        return Err(format!(
            "no name for a file can be made of the title `{title}`: use some letters from a to z"
        ));
    }
    Ok(slug)
}

/// The files of a course and module that are not there yet.
fn module_files(content: &Path, module: &str) -> Result<Scaffold, String> {
    let wrong = || {
        format!(
            "`{module}` is not the folder of a module: write `course/NN-name`, such as `docker/03-layers`"
        )
    };
    let (course, name) = module.split_once('/').ok_or_else(wrong)?;
    let (_, slug) = outline::numbered(name).ok_or_else(wrong)?;
    if !outline::is_slug(course) {
        return Err(wrong());
    }
    let mut files = Vec::new();
    for (path, slug) in [
        (format!("{course}/course.yaml"), course),
        (format!("{module}/module.yaml"), slug),
    ] {
        if !content.join(&path).exists() {
            let text = format!(
                "title: {}\nsummary: Say in one or two sentences what this is about.\n",
                spoken(slug)
            );
            files.push(file(path, &text, false));
        }
    }
    Ok(Scaffold {
        files,
        notes: Vec::new(),
    })
}

/// A module that lists its pages has to list the new one.
fn order_note(content: &Path, module: &str, slug: &str) -> Option<String> {
    let path = format!("{module}/module.yaml");
    let text = fs::read_to_string(content.join(&path)).ok()?;
    let lists = text.lines().any(|line| line.starts_with("order:"));
    lists.then(|| format!("add `{slug}` to `order` in {path}, where learners should meet it"))
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect()
}

/// `build-cache` as `Build cache`.
fn spoken(slug: &str) -> String {
    let words = slug.replace('-', " ");
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// A title as a YAML text.
fn quoted(title: &str) -> String {
    serde_json::Value::String(title.trim().to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_lesson_and_a_new_lab_load_without_problems() {
        let content = tempfile::tempdir().unwrap();
        for _ in 0..2 {
            let title = format!(
                "Knots: \"bends\" & hitches {}",
                names(&content.path().join("harbour/01-quay")).len()
            );
            lesson(content.path(), "harbour/01-quay", &title)
                .unwrap()
                .write(content.path())
                .unwrap();
        }
        lab(content.path(), "harbour/01-quay", "Tie up a ship")
            .unwrap()
            .write(content.path())
            .unwrap();
        let loaded = crate::load(content.path());
        assert_eq!(loaded.problems, []);
        assert_eq!(loaded.library.courses[0].modules[0].items.len(), 3);
    }

    #[test]
    fn a_module_that_lists_its_pages_asks_to_list_the_new_one() {
        let content = tempfile::tempdir().unwrap();
        lab(content.path(), "harbour/01-quay", "One")
            .unwrap()
            .write(content.path())
            .unwrap();
        fs::write(
            content.path().join("harbour/01-quay/module.yaml"),
            "title: x\nsummary: y\norder: [one]\n",
        )
        .unwrap();
        let made = lab(content.path(), "harbour/01-quay", "Two").unwrap();
        assert_eq!(
            made.notes,
            ["add `two` to `order` in harbour/01-quay/module.yaml, where learners should meet it"]
        );
    }

    #[test]
    fn nothing_that_is_there_is_overwritten() {
        let content = tempfile::tempdir().unwrap();
        lab(content.path(), "harbour/01-quay", "One")
            .unwrap()
            .write(content.path())
            .unwrap();
        assert!(
            lab(content.path(), "harbour/01-quay", "One")
                .unwrap_err()
                .contains("there already")
        );
        lesson(content.path(), "harbour/01-quay", "One")
            .unwrap()
            .write(content.path())
            .unwrap();
        assert!(
            lesson(content.path(), "harbour/01-quay", "One")
                .unwrap_err()
                .contains("already")
        );
    }

    #[test]
    fn what_cannot_be_written_whole_leaves_nothing_behind() {
        let content = tempfile::tempdir().unwrap();
        let mut made = lab(content.path(), "harbour/01-quay", "One").unwrap();
        // A folder that would have to be where a file is.
        let last = made.files.last().unwrap().path.clone();
        made.files.push(file(format!("{last}/below"), "x", false));
        assert!(made.write(content.path()).is_err());
        assert_eq!(names(content.path()), Vec::<String>::new());
    }

    #[test]
    fn a_module_outside_of_the_content_folder_is_refused() {
        let content = tempfile::tempdir().unwrap();
        for module in [
            "quay",
            "../01-quay",
            "harbour/quay",
            "harbour/../../01-x",
            "/01-x",
            "harbour/01-quay/labs",
        ] {
            assert!(lesson(content.path(), module, "One").is_err(), "{module}");
        }
    }
}
