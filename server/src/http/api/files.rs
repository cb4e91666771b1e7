//! The learner's files. Every path is resolved inside the sandbox; none ever names a file of the host.

use axum::Json;
use axum::body::Body;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use drydock_sandbox::{Error, FileKind, Sandbox};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::extract::Owned;
use crate::error::{AppError, Problem};
use crate::labs::Live;

/// Largest file that is read or written, in bytes.
pub const LARGEST: usize = 5 * 1024 * 1024;
/// Most entries of a listing.
const ENTRIES: usize = 2000;

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
        Error::IsDir { .. } => AppError::conflict(detail),
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

/// Reads a file.
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
    ];
    Ok((headers, bytes).into_response())
}

/// Writes a file, whole or not at all. The body is its bytes.
#[utoipa::path(put, path = "/sessions/{id}/files/{path}", tag = "files", request_body(content_type = "application/octet-stream"),
    params(("id" = String, Path, description = "Session id"), ("path" = String, Path, description = "Relative to the home; may hold `/`")),
    responses((status = 204, description = "Written"), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 410, body = Problem), (status = 413, body = Problem)))]
pub async fn write(
    Owned(live): Owned,
    Path(FilePath { path }): Path<FilePath>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, AppError> {
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
    sandbox(&live)?
        .write_file(&path, bytes, None)
        .await
        .map_err(refuse)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes a file or an empty folder.
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
