//! A tar archive from a sandbox as a zip archive for the learner, packed while it is sent.
//!
//! The tar comes from a hostile place: of it only files and folders are taken, and their names are made such that no
//! program that unpacks the zip writes outside its folder.

use std::collections::BTreeSet;
use std::io::{self, Write};

use bytes::Bytes;
use futures::Stream;
use tar::EntryType;
use tokio::sync::{SemaphorePermit, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Most entries of an archive; the rest is left out. Each costs memory until the end.
const ENTRIES: usize = 20_000;
/// The longest name in bytes.
const NAME: usize = 1024;
/// Bytes that are sent in one piece.
const PIECE: usize = 64 * 1024;

/// Packs while the client reads. The permit is held until all is sent or the client has gone.
pub fn stream(
    tar: Bytes,
    permit: SemaphorePermit<'static>,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    let (mut pieces, stream) = Pieces::new();
    tokio::task::spawn_blocking(move || {
        let packed = pack(&tar, &mut pieces).and_then(|()| pieces.flush());
        if let Err(error) = packed {
            tracing::debug!(%error, "an archive was not sent whole");
            pieces.fail(error);
        }
        drop(permit);
    });
    stream
}

/// Hands on what is written in pieces of a fair size.
pub struct Pieces {
    piece: Vec<u8>,
    sender: mpsc::Sender<io::Result<Bytes>>,
}

impl Pieces {
    /// What is written to the first comes out of the second, which is read at its own pace.
    pub fn new() -> (Self, ReceiverStream<io::Result<Bytes>>) {
        let (sender, receiver) = mpsc::channel(4);
        let piece = Vec::with_capacity(PIECE);
        (Self { piece, sender }, ReceiverStream::new(receiver))
    }

    /// Breaks off: the client must not take what it has for all of it.
    pub fn fail(&self, error: io::Error) {
        let _ = self.sender.blocking_send(Err(error));
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        if piece.is_empty() {
            return Ok(());
        }
        self.sender
            .blocking_send(Ok(piece.into()))
            .map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

fn pack(tar: &[u8], to: impl Write) -> io::Result<()> {
    let mut archive = tar::Archive::new(tar);
    let mut zip = ZipWriter::new_stream(to);
    let mut taken = BTreeSet::new();
    for entry in archive.entries()?.take(ENTRIES) {
        let mut entry = entry?;
        let kind = entry.header().entry_type();
        let Some(name) = name(&entry.path_bytes()) else {
            continue;
        };
        // Programs that unpack on systems without upper and lower case would overwrite.
        if !taken.insert(name.to_lowercase()) {
            continue;
        }
        let executable = entry.header().mode().is_ok_and(|mode| mode & 0o100 != 0);
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .unix_permissions(if executable { 0o755 } else { 0o644 });
        match kind {
            EntryType::Directory => zip.add_directory(name, options)?,
            EntryType::Regular | EntryType::Continuous => {
                zip.start_file(name, options)?;
                io::copy(&mut entry, &mut zip)?;
            }
            // Links, pipes and devices.
            _ => {}
        }
    }
    zip.finish()?;
    Ok(())
}

/// The name of an entry as it goes into the zip: relative, with no part that means more than it says on any system.
/// `None` for the home itself and for what cannot be named.
fn name(path: &[u8]) -> Option<String> {
    let path = String::from_utf8_lossy(path);
    let mut name = String::with_capacity(path.len());
    for part in path.split('/') {
        match part {
            "" | "." => continue,
            ".." => return None,
            _ => {}
        }
        if !name.is_empty() {
            name.push('/');
        }
        name.extend(part.chars().map(|c| match c {
            // What Windows takes for a separator or a drive, and what no name may hold there.
            '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
            c if c.is_control() => '_',
            c => c,
        }));
    }
    (!name.is_empty() && name.len() <= NAME).then_some(name)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use super::*;

    fn tar(entries: &[(&[u8], EntryType, &[u8])]) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        for (name, kind, bytes) in entries {
            let mut header = tar::Header::new_gnu();
            // As it stands: the builder's own way refuses hostile names.
            header.as_old_mut().name[..name.len()].copy_from_slice(name);
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            header.set_entry_type(*kind);
            header.set_cksum();
            tar.append(&header, *bytes).unwrap();
        }
        tar.into_inner().unwrap()
    }

    fn packed(tar: &[u8]) -> Vec<(String, String)> {
        let mut bytes = Vec::new();
        pack(tar, &mut bytes).unwrap();
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        (0..zip.len())
            .map(|at| {
                let mut file = zip.by_index(at).unwrap();
                let mut text = String::new();
                file.read_to_string(&mut text).unwrap();
                let name = file.name().unwrap().into_owned();
                (name, text)
            })
            .collect()
    }

    #[test]
    fn files_and_folders_come_through() {
        let tar = tar(&[
            (b"./", EntryType::Directory, b""),
            (b"./app/", EntryType::Directory, b""),
            (b"./app/main.py", EntryType::Regular, b"print(1)"),
            (b"./empty", EntryType::Regular, b""),
        ]);
        let files = packed(&tar);
        let files: Vec<_> = files
            .iter()
            .map(|(n, t)| (n.as_str(), t.as_str()))
            .collect();
        assert_eq!(
            files,
            [("app/", ""), ("app/main.py", "print(1)"), ("empty", "")]
        );
    }

    #[test]
    fn no_name_leads_out_of_the_folder_it_is_unpacked_to() {
        let tar = tar(&[
            (b"../up", EntryType::Regular, b"1"),
            (b"a/../../up", EntryType::Regular, b"2"),
            (b"/etc/passwd", EntryType::Regular, b"3"),
            (b"..\\up", EntryType::Regular, b"4"),
            (b"C:\\up", EntryType::Regular, b"5"),
            (b"line\nbreak", EntryType::Regular, b"6"),
            (b"bad\xff", EntryType::Regular, b"7"),
        ]);
        let names: Vec<_> = packed(&tar).into_iter().map(|(name, _)| name).collect();
        assert_eq!(
            names,
            ["etc/passwd", ".._up", "C__up", "line_break", "bad\u{fffd}"]
        );
    }

    #[test]
    fn links_and_devices_are_left_out_and_a_name_comes_once() {
        let tar = tar(&[
            (b"a", EntryType::Regular, b"first"),
            (b"A", EntryType::Regular, b"second"),
            (b"link", EntryType::Symlink, b""),
            (b"hard", EntryType::Link, b""),
            (b"pipe", EntryType::Fifo, b""),
            (b"device", EntryType::Char, b""),
        ]);
        assert_eq!(packed(&tar), [("a".to_owned(), "first".to_owned())]);
    }

    #[test]
    fn a_tar_that_was_cut_is_an_error_and_not_a_shorter_zip() {
        let whole = tar(&[(b"a", EntryType::Regular, &[7; 5000])]);
        assert!(pack(&whole[..2000], io::sink()).is_err());
    }

    #[tokio::test]
    async fn a_client_that_goes_away_ends_the_work() {
        static PLACE: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(1);
        let noise: Vec<u8> = (0..4_000_000_u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        let tar = tar(&[(b"noise", EntryType::Regular, &noise)]);
        drop(stream(tar.into(), PLACE.acquire().await.unwrap()));
        let again = tokio::time::timeout(std::time::Duration::from_secs(30), PLACE.acquire());
        assert!(again.await.is_ok(), "the place is free again");
    }
}
