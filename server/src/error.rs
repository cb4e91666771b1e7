//! The one error type of the HTTP edge.
//!
//! Which error goes where: every crate has its own `thiserror` type that says what happened in its
//! own words. A handler turns it into an [`AppError`], which knows a status and what the *client*
//! may read. [`AppError::Client`] is the client's fault and says what to do; [`AppError::Unavailable`]
//! is ours or the engine's and passes by itself; [`AppError::Internal`] is logged with its whole
//! chain and shown as a request id only. Over JSON routes they are RFC 9457 problems.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

/// What a handler gives in place of a reply.
#[derive(Debug)]
pub enum AppError {
    /// The request cannot be met as it is; `detail` says what to do.
    Client {
        /// A 4xx status.
        status: StatusCode,
        /// What is wrong and what to do, for the person who reads it.
        detail: String,
    },
    /// Cannot be met now.
    Unavailable {
        /// Why, and what to do.
        detail: String,
        /// Seconds after which another try makes sense.
        retry_after: u32,
    },
    /// A fault of ours.
    Internal(anyhow::Error),
}

/// An RFC 9457 problem.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the status says the kind, `detail` the rest.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The status in words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong and what to do.
    pub detail: String,
    /// For faults of ours: the id to look for in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl AppError {
    /// 400 with what to do.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::client(StatusCode::BAD_REQUEST, detail)
    }

    /// 404 with what was looked for.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::client(StatusCode::NOT_FOUND, detail)
    }

    /// 409 with what stands against it.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::client(StatusCode::CONFLICT, detail)
    }

    /// Any other 4xx.
    pub fn client(status: StatusCode, detail: impl Into<String>) -> Self {
        debug_assert!(status.is_client_error());
        Self::Client {
            status,
            detail: detail.into(),
        }
    }

    /// 503 with the seconds after which to try again.
    pub fn unavailable(detail: impl Into<String>, retry_after: u32) -> Self {
        Self::Unavailable {
            detail: detail.into(),
            retry_after,
        }
    }

    /// Status and text for the reader; faults of ours are logged here, once.
    pub fn into_parts(self) -> (StatusCode, String, Option<String>, Option<u32>) {
        match self {
            Self::Client { status, detail } => (status, detail, None, None),
            Self::Unavailable {
                detail,
                retry_after,
            } => (
                StatusCode::SERVICE_UNAVAILABLE,
                detail,
                None,
                Some(retry_after),
            ),
            Self::Internal(error) => {
                let id = uuid::Uuid::now_v7().to_string();
                tracing::error!(request_id = %id, error = format!("{error:#}"), "a request failed");
                let detail = "Something went wrong on our side. Nothing of yours is lost; try again. If it \
                              stays, tell the operator the request id.";
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    detail.into(),
                    Some(id),
                    None,
                )
            }
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for AppError {
    fn from(error: E) -> Self {
        Self::Internal(error.into())
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let (status, detail, request_id, retry_after) = self.into_parts();
        let problem = Problem {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail,
            request_id,
        };
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
