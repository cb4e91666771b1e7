//! The learner's files. Every path is resolved inside the sandbox; none ever names a file of the host.

use axum::Json;
use axum::body::Body;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use drydock_sandbox::{Error, Expected, FileKind, Sandbox};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use tokio::sync::Semaphore;
use utoipa::ToSchema;

use super::extract::{self, Owned};
use super::zip;
use crate::error::{AppError, Problem};
use crate::labs::Live;

/// Largest file that is read or written, in bytes.
pub const LARGEST: usize = 5 * 1024 * 1024;
/// Most entries of a listing.
const ENTRIES: usize = 2000;
/// Largest home that is handed out as a zip archive, in bytes before it is packed.
const ZIP: usize = 64 * 1024 * 1024;
/// How many homes are held in memory at once to be packed.
static ZIPS: Semaphore = Semaphore::const_new(2);

/// What lies in the learner's home.
#[derive(Debug, Serialize, ToSchema)]
pub struct Listing {
    /// Sorted by path.
    files: Vec<FileView>,
    /// Whether there are more.
    truncated: bool,
}

/// One entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct FileView {
    /// Relative to the home; bytes that are no text are written `\xNN`.
    path: String,
    /// Whether it can be read and written by that path.
    addressable: bool,
    /// Bytes.
    size: u64,
    /// `file`, `dir`, `symlink` or `special`.
    kind: &'static str,
    /// Last change.
    #[serde(with = "time::serde::rfc3339")]
    modified: OffsetDateTime,
    /// Whether it can be run.
    executable: bool,
}

fn sandbox(live: &Live) -> Result<Sandbox, AppError> {
    live.sandbox().ok_or_else(|| {
        AppError::unavailable("The sandbox is not ready yet. Try again in a moment.", 1)
    })
}

fn refuse(error: Error) -> AppError {
    let detail = crate::labs::sentence(&error.to_string());
    match error {
        Error::NotFound { .. } => AppError::not_found(detail),
        Error::IsDir { .. } | Error::Exists { .. } => AppError::conflict(detail),
        Error::Changed { .. } => AppError::client(StatusCode::PRECONDITION_FAILED, detail),
        Error::BadPath { .. } => AppError::bad_request(detail),
        Error::TooLarge { .. } => AppError::client(StatusCode::PAYLOAD_TOO_LARGE, detail),
        Error::NoSpace => AppError::conflict(detail),
        Error::Gone { .. } => AppError::client(StatusCode::GONE, detail),
        Error::TimedOut { .. } => AppError::unavailable(detail, 5),
        other => other.into(),
    }
}

/// Lists the learner's files.
#[utoipa::path(get, path = "/sessions/{id}/files", tag = "files", params(("id" = String, Path, description = "Session id")),
    responses((status = 200, body = Listing), (status = 404, body = Problem), (status = 410, body = Problem)))]
pub async fn list(Owned(live): Owned) -> Result<Json<Listing>, AppError> {
    let listing = sandbox(&live)?.list_files(ENTRIES).await.map_err(refuse)?;
    let files = listing.files.into_iter().map(|file| FileView {
        path: file.path,
        addressable: file.addressable,
        size: file.size,
        kind: match file.kind {
            FileKind::File => "file",
            FileKind::Dir => "dir",
            FileKind::Symlink => "symlink",
            FileKind::Special => "special",
        },
        modified: OffsetDateTime::from_unix_timestamp(file.modified)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH),
        executable: file.executable,
    });
    Ok(Json(Listing {
        files: files.collect(),
        truncated: listing.truncated,
    }))
}

#[derive(Deserialize)]
pub(crate) struct FilePath {
    path: String,
}

/// The name of a file's content: an entity tag.
fn tag(bytes: &[u8]) -> HeaderValue {
    let tag = format!("\"{:x}\"", Sha256::digest(bytes));
    HeaderValue::try_from(tag).expect("hexadecimal digits and quotes")
}

/// What a write asks to be there, from `If-Match` and `If-None-Match`.
fn expected(headers: &HeaderMap) -> Result<Expected<'_>, AppError> {
    let refused = || {
        AppError::bad_request(
            "Send `If-Match` with the one entity tag that reading the file gave, \
             or `If-None-Match: *` for a file that is not there yet, or neither.",
        )
    };
    let same = headers.get(header::IF_MATCH);
    let none = headers.get(header::IF_NONE_MATCH);
    match (same, none) {
        (None, None) => Ok(Expected::Anything),
        (None, Some(none)) if none == "*" => Ok(Expected::Nothing),
        (Some(same), None) => same
            .to_str()
            .ok()
            .and_then(|tag| tag.strip_prefix('"')?.strip_suffix('"'))
            .filter(|sum| sum.len() == 64 && sum.bytes().all(|b| b.is_ascii_hexdigit()))
            .map(Expected::Sha256)
            .ok_or_else(refused),
        _ => Err(refused()),
    }
}

/// Reads a file. `ETag` names its content.
#[utoipa::path(get, path = "/sessions/{id}/files/{path}", tag = "files",
    params(("id" = String, Path, description = "Session id"), ("path" = String, Path, description = "Relative to the home; may hold `/`")),
    responses((status = 200, content_type = "application/octet-stream", description = "The bytes"), (status = 400, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 410, body = Problem), (status = 413, body = Problem)))]
pub async fn read(
    Owned(live): Owned,
    Path(FilePath { path }): Path<FilePath>,
) -> Result<Response, AppError> {
    let bytes = sandbox(&live)?
        .read_file(&path, LARGEST)
        .await
        .map_err(refuse)?;
    // Never shown as a page of ours: what a learner wrote is not to run here.
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/octet-stream"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment"),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; sandbox"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::ETAG, tag(&bytes)),
    ];
    Ok((headers, bytes).into_response())
}

/// Writes a file, whole or not at all. The body is its bytes; `ETag` of the reply names them.
#[utoipa::path(put, path = "/sessions/{id}/files/{path}", tag = "files", request_body(content_type = "application/octet-stream"),
    params(("id" = String, Path, description = "Session id"), ("path" = String, Path, description = "Relative to the home; may hold `/`"),
        ("If-Match" = Option<String>, Header, description = "Only if the file's content has this entity tag"),
        ("If-None-Match" = Option<String>, Header, description = "`*`: only if there is no such file")),
    responses((status = 204, description = "Written"), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 410, body = Problem),
        (status = 412, body = Problem, description = "The file is not the one expected"), (status = 413, body = Problem)))]
pub async fn write(
    Owned(live): Owned,
    Path(FilePath { path }): Path<FilePath>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, AppError> {
    let expected = expected(&headers)?;
    let too_large = || {
        AppError::client(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("A file has at most {LARGEST} bytes."),
        )
    };
    let declared = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > LARGEST as u64) {
        return Err(too_large());
    }
    let bytes = axum::body::to_bytes(body, LARGEST)
        .await
        .map_err(|_| too_large())?;
    let tag = tag(&bytes);
    sandbox(&live)?
        .write_file_if(&path, bytes, None, expected)
        .await
        .map_err(refuse)?;
    Ok((StatusCode::NO_CONTENT, [(header::ETAG, tag)]).into_response())
}

/// Where something is moved.
#[derive(Deserialize, ToSchema)]
pub struct Move {
    /// Its new path, relative to the home.
    to: String,
}

/// Renames or moves a file or folder. Nothing is replaced.
#[utoipa::path(patch, path = "/sessions/{id}/files/{path}", tag = "files", request_body = Move,
    params(("id" = String, Path, description = "Session id"), ("path" = String, Path, description = "Relative to the home; may hold `/`")),
    responses((status = 204, description = "Moved"), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "There is something at the new path"), (status = 410, body = Problem)))]
pub async fn rename(
    Owned(live): Owned,
    Path(FilePath { path }): Path<FilePath>,
    extract::Body(Move { to }): extract::Body<Move>,
) -> Result<StatusCode, AppError> {
    sandbox(&live)?
        .move_file(&path, &to)
        .await
        .map_err(refuse)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a folder, and those above it.
#[utoipa::path(put, path = "/sessions/{id}/folders/{path}", tag = "files",
    params(("id" = String, Path, description = "Session id"), ("path" = String, Path, description = "Relative to the home; may hold `/`")),
    responses((status = 201, description = "Made"), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "There is something of that name"), (status = 410, body = Problem)))]
pub async fn make_folder(
    Owned(live): Owned,
    Path(FilePath { path }): Path<FilePath>,
) -> Result<StatusCode, AppError> {
    sandbox(&live)?.make_folder(&path).await.map_err(refuse)?;
    Ok(StatusCode::CREATED)
}

/// All files and folders as a zip archive, without symbolic links and what can be made again (`node_modules`, caches).
#[utoipa::path(get, path = "/sessions/{id}/files.zip", tag = "files", params(("id" = String, Path, description = "Session id")),
    responses((status = 200, content_type = "application/zip", description = "The archive"), (status = 404, body = Problem),
        (status = 410, body = Problem), (status = 413, body = Problem)))]
pub async fn zip(Owned(live): Owned) -> Result<Response, AppError> {
    let permit = ZIPS.acquire().await?;
    let tar = sandbox(&live)?
        .archive_whole(ZIP)
        .await
        .map_err(|error| match error {
            Error::TooLarge { .. } => AppError::client(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!(
                    "The files have more than {} MiB together. Delete large ones, or download files one by one.",
                    ZIP / 1024 / 1024
                ),
            ),
            error => refuse(error),
        })?;
    let name = format!("attachment; filename=\"{}.zip\"", live.row.lab);
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/zip"),
        ),
        (header::CONTENT_DISPOSITION, HeaderValue::try_from(name)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    let body = Body::from_stream(zip::stream(tar, permit));
    Ok((headers, body).into_response())
}

/// Deletes a file, or a folder with all in it.
#[utoipa::path(delete, path = "/sessions/{id}/files/{path}", tag = "files",
    params(("id" = String, Path, description = "Session id"), ("path" = String, Path, description = "Relative to the home; may hold `/`")),
    responses((status = 204, description = "Deleted"), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 410, body = Problem)))]
pub async fn delete(
    Owned(live): Owned,
    Path(FilePath { path }): Path<FilePath>,
) -> Result<StatusCode, AppError> {
    sandbox(&live)?.delete_file(&path).await.map_err(refuse)?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap()))
            .collect()
    }

    #[test]
    fn the_tag_of_a_read_is_what_a_write_may_expect() {
        let tag = tag(b"one\n");
        let headers = headers(&[(header::IF_MATCH, tag.to_str().unwrap())]);
        assert_eq!(
            expected(&headers).unwrap(),
            Expected::Sha256("2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806")
        );
    }

    #[test]
    fn a_write_may_expect_nothing_or_say_nothing() {
        assert_eq!(expected(&headers(&[])).unwrap(), Expected::Anything);
        let none = headers(&[(header::IF_NONE_MATCH, "*")]);
        assert_eq!(expected(&none).unwrap(), Expected::Nothing);
    }

    #[test]
    fn other_conditions_are_refused_rather_than_passed_over() {
        let sum = format!("\"{}\"", "a".repeat(64));
        for pairs in [
            &[(header::IF_MATCH, "*")][..],
            &[(header::IF_MATCH, "W/\"abc\"")],
            &[(header::IF_MATCH, "\"$(reboot)\"")],
            &[(header::IF_MATCH, "none")],
            &[(header::IF_NONE_MATCH, &sum)],
            &[(header::IF_MATCH, &sum), (header::IF_NONE_MATCH, "*")],
        ] {
            assert!(expected(&headers(pairs)).is_err(), "{pairs:?}");
        }
    }
}
