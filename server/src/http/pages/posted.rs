//! What a form sent.

use axum::Form;
use axum::extract::{FromRequest, Request};
use axum::response::IntoResponse as _;
use http::StatusCode;
use serde::de::DeserializeOwned;

use super::PageError;
use crate::app::App;
use crate::error::AppError;

/// The fields of a form; what is none gets a page that says so.
#[derive(Debug)]
pub struct Posted<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Posted<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        match Form::<T>::from_request(request, app).await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(rejection) => {
                let status = rejection.into_response().status();
                let detail = if status == StatusCode::PAYLOAD_TOO_LARGE {
                    "This is more than the form takes. Send less at once."
                } else {
                    "This form was not sent as a browser sends it. Go back and try again."
                };
                Err(AppError::client(status, detail).into())
            }
        }
    }
}
