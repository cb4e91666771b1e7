//! The files that were handed in, as they can be shown. The archive comes from a hostile place: nothing of it is
//! unpacked to a disk, and its names are only compared.

use std::io::Read as _;

use tar::EntryType;

/// Entries that are listed.
pub const ENTRIES: usize = 2_000;
/// Bytes of a file that are shown.
const SHOWN: u64 = 256 * 1024;
/// Lines of a file that are shown, and letters of each.
const LINES: usize = 3_000;
const LETTERS: usize = 500;

/// A file that was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name as the archive has it, without a leading `./`.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// What it is, if it is no plain file: "link to /etc/passwd".
    pub special: Option<String>,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text {
    /// Lines, and whether they are not all.
    Lines(Vec<String>, bool),
    /// It is no text.
    Binary,
}

/// The files of an archive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    /// In the archive's order of names.
    pub entries: Vec<Entry>,
    /// There are more, or the archive is damaged after these.
    pub cut: bool,
    /// The one that was asked for.
    pub opened: Option<(String, Text)>,
}

/// Lists an archive, and reads the file called `open`.
pub fn read(tar: &[u8], open: Option<&str>) -> Files {
    let mut files = Files::default();
    let mut archive = tar::Archive::new(tar);
    let Ok(entries) = archive.entries() else {
        files.cut = true;
        return files;
    };
    for entry in entries {
        let Ok(mut entry) = entry else {
            files.cut = true;
            break;
        };
        if files.entries.len() == ENTRIES {
            files.cut = true;
            break;
        }
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let path = path.trim_start_matches("./").to_owned();
        let kind = entry.header().entry_type();
        let special = match kind {
            EntryType::Directory => continue,
            EntryType::Regular | EntryType::Continuous => None,
            EntryType::Symlink | EntryType::Link => {
                let target = entry.link_name_bytes().unwrap_or_default();
                let target: String = String::from_utf8_lossy(&target).chars().take(200).collect();
                Some(format!("link to {target}"))
            }
            _ => Some("no plain file".to_owned()),
        };
        if special.is_none() && files.opened.is_none() && open == Some(path.as_str()) {
            let size = entry.size();
            let mut bytes = Vec::new();
            if (&mut entry).take(SHOWN).read_to_end(&mut bytes).is_err() {
                files.cut = true;
            }
            files.opened = Some((path.clone(), text(&bytes, size > SHOWN)));
        }
        files.entries.push(Entry {
            path,
            size: entry.size(),
            special,
        });
    }
    files.entries.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn text(bytes: &[u8], cut: bool) -> Text {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // A letter that was cut in two is no reason to show nothing.
        Err(error) if cut && error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return Text::Binary,
    };
    if text.contains('\0') {
        return Text::Binary;
    }
    let mut cut = cut;
    let mut lines = Vec::new();
    for line in text.lines() {
        if lines.len() == LINES {
            cut = true;
            break;
        }
        let mut shown: String = line.chars().take(LETTERS).collect();
        if shown.len() < line.len() {
            shown.push('…');
        }
        lines.push(shown);
    }
    Text::Lines(lines, cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tar(entries: &[(&str, EntryType, &[u8])]) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        for (name, kind, bytes) in entries {
            let mut header = tar::Header::new_gnu();
            // As it stands: the builder's own way refuses hostile names.
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            if *kind == EntryType::Symlink {
                header.set_link_name("/etc/passwd").unwrap();
            }
            header.set_size(bytes.len() as u64);
            header.set_entry_type(*kind);
            header.set_cksum();
            tar.append(&header, *bytes).unwrap();
        }
        tar.into_inner().unwrap()
    }

    #[test]
    fn names_are_only_compared_and_links_are_not_followed() {
        let tar = tar(&[
            ("./../../etc/passwd", EntryType::Regular, b"mine"),
            ("./link", EntryType::Symlink, b""),
            ("./b", EntryType::Regular, b"1\n2\n"),
            ("./dir/", EntryType::Directory, b""),
        ]);
        let files = read(&tar, Some("link"));
        let names: Vec<_> = files.entries.iter().map(|it| it.path.as_str()).collect();
        assert_eq!(names, ["../../etc/passwd", "b", "link"]);
        assert_eq!(
            files.entries[2].special.as_deref(),
            Some("link to /etc/passwd")
        );
        assert_eq!(files.opened, None);
        let opened = read(&tar, Some("../../etc/passwd")).opened.unwrap().1;
        assert_eq!(opened, Text::Lines(vec!["mine".into()], false));
        let opened = read(&tar, Some("b")).opened.unwrap().1;
        assert_eq!(opened, Text::Lines(vec!["1".into(), "2".into()], false));
    }

    #[test]
    fn large_long_and_binary_files_are_cut_or_only_named() {
        let long = "x".repeat(2_000);
        let many = "line\n".repeat(LINES + 10);
        let large = "é".repeat(SHOWN as usize);
        let tar = tar(&[
            ("binary", EntryType::Regular, b"\x7fELF\0\xff"),
            ("large", EntryType::Regular, large.as_bytes()),
            ("long", EntryType::Regular, long.as_bytes()),
            ("many", EntryType::Regular, many.as_bytes()),
        ]);
        let open = |name| read(&tar, Some(name)).opened.unwrap().1;
        assert_eq!(open("binary"), Text::Binary);
        assert!(matches!(open("large"), Text::Lines(lines, true) if lines.len() == 1));
        assert!(
            matches!(open("long"), Text::Lines(lines, false) if lines[0].chars().count() == LETTERS + 1)
        );
        assert!(matches!(open("many"), Text::Lines(lines, true) if lines.len() == LINES));
    }

    #[test]
    fn a_damaged_archive_shows_what_is_whole() {
        let tar = tar(&[
            ("a", EntryType::Regular, b"1"),
            ("b", EntryType::Regular, &[7; 2_000]),
        ]);
        let files = read(&tar[..1_024 + 700], None);
        assert!(files.cut);
        assert_eq!(files.entries[0].path, "a");
        assert!(read(b"no archive at all", None).entries.is_empty());
    }
}
