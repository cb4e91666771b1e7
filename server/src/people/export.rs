//! Everything that is stored about somebody as a zip archive, packed while it is sent.

use std::io::{self, Write as _};
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use futures::Stream;
use tokio::sync::{Semaphore, mpsc};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::http::api::zip::Pieces;
use crate::ids::AccountId;
use crate::store::Store;

/// Archives packed at once.
static PLACES: Semaphore = Semaphore::const_new(2);
/// How long one may take to be packed and fetched.
const FETCHING: Duration = Duration::from_secs(15 * 60);

/// The archive of an account; `None` while others are packed.
pub fn stream(
    store: Store,
    account: AccountId,
) -> Option<impl Stream<Item = io::Result<Bytes>> + Send + 'static> {
    let permit = PLACES.try_acquire().ok()?;
    let (pieces, stream) = Pieces::new();
    // One file at a time is in memory.
    let (files, received) = mpsc::channel(1);
    tokio::spawn(async move {
        let reading = read(store, account, &files);
        let failed = match tokio::time::timeout(FETCHING, reading).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error,
            Err(_) => anyhow::anyhow!("it took too long"),
        };
        tracing::warn!(
            error = format!("{failed:#}"),
            "an export was not sent whole"
        );
        let _ = files.send(Err(io::Error::other("not read whole"))).await;
    });
    tokio::task::spawn_blocking(move || {
        pack(received, pieces);
        drop(permit);
    });
    Some(stream)
}

type File = io::Result<(String, Vec<u8>)>;

async fn read(store: Store, account: AccountId, files: &mpsc::Sender<File>) -> anyhow::Result<()> {
    for (name, part) in store.export_parts(account).await? {
        let bytes = store.export_part(account, &part).await?;
        files
            .send(Ok((name, bytes)))
            .await
            .context("nobody fetches it any more")?;
    }
    Ok(())
}

fn pack(mut files: mpsc::Receiver<File>, mut pieces: Pieces) {
    let mut packing = || {
        let mut zip = ZipWriter::new_stream(&mut pieces);
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        while let Some(file) = files.blocking_recv() {
            let (name, bytes) = file?;
            zip.start_file(name, options)?;
            zip.write_all(&bytes)?;
        }
        zip.finish()?;
        io::Result::Ok(())
    };
    let packed = packing().and_then(|()| pieces.flush());
    if let Err(error) = packed {
        pieces.fail(error);
    }
}
