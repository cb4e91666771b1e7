//! The middleware of every route: finds out who asks, and whether they may.

use axum::extract::{FromRequestParts, OriginalUri, RawPathParams, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::request::Parts;
use http::{StatusCode, Uri};

use super::{Needs, Role, Viewer};
use crate::app::App;
use crate::error::AppError;
use crate::http::pages::PageError;
use crate::ids::{AccountId, AssignmentId, ClassId, SessionId, SubmissionId};

/// What the guard of one route knows.
#[derive(Clone)]
pub(super) struct Guard {
    pub app: App,
    pub needs: Needs,
}

/// In the extensions of a reply: the guard gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// Who is not signed in is asked to.
    SignIn,
    /// As if it were not there.
    Hidden,
    /// Only others may.
    Forbidden,
}

/// In a request of a test: only ask the guard, change nothing. In a reply: the guard let it in.
#[cfg(test)]
#[derive(Debug, Clone, Copy)]
pub struct Knock;

pub(super) async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match admit(&guard, &mut parts).await {
        #[cfg(test)]
        Ok(None) if parts.extensions.get::<Knock>().is_some() => {
            let mut response = StatusCode::NO_CONTENT.into_response();
            response.extensions_mut().insert(Knock);
            response
        }
        Ok(None) => {
            let viewer = parts.extensions.get::<Viewer>().cloned();
            let mut response = next.run(Request::from_parts(parts, body)).await;
            if response.status().as_u16() >= 400 {
                // The page of an error is drawn further out, for the same viewer.
                viewer.map(|viewer| response.extensions_mut().insert(viewer));
            }
            response
        }
        Ok(Some(denied)) => {
            let mut response = refuse(denied, &parts);
            let viewer = parts.extensions.remove::<Viewer>();
            viewer.map(|viewer| response.extensions_mut().insert(viewer));
            response
        }
        Err(error) if is_api(&parts) => error.into_response(),
        Err(error) => PageError::from(error).into_response(),
    }
}

async fn admit(
    Guard { app, needs }: &Guard,
    parts: &mut Parts,
) -> Result<Option<Denied>, AppError> {
    let viewer = Viewer::of(parts, app).await?;
    let denied = match needs {
        Needs::Anyone => None,
        Needs::SignedIn => sign_in(&viewer),
        Needs::Instructor => role(&viewer, Role::Instructor),
        Needs::Operator => role(&viewer, Role::Operator),
        Needs::Helps => helps(app, &viewer, parts).await?,
        Needs::OwnSession => own_session(app, &viewer, parts).await?,
        Needs::Member => in_class(app, &viewer, parts, false).await?,
        Needs::Teaches => in_class(app, &viewer, parts, true).await?,
        Needs::OwnSubmission => submission(app, &viewer, parts).await?,
    };
    parts.extensions.insert(viewer);
    Ok(denied)
}

fn sign_in(viewer: &Viewer) -> Option<Denied> {
    viewer.person.is_none().then_some(Denied::SignIn)
}

fn role(viewer: &Viewer, least: Role) -> Option<Denied> {
    sign_in(viewer).or_else(|| (!viewer.is(least)).then_some(Denied::Forbidden))
}

async fn helps(app: &App, viewer: &Viewer, parts: &mut Parts) -> Result<Option<Denied>, AppError> {
    let Some(person) = &viewer.person else {
        return Ok(Some(Denied::SignIn));
    };
    if person.role == Role::Operator {
        return Ok(None);
    }
    let theirs = match parameter::<AccountId>(parts, "person").await {
        Some(student) => app.store.teaches_student(person.account, student).await?,
        None => false,
    };
    Ok((!theirs).then_some(Denied::Hidden))
}

/// A guest has sessions too, so nobody is asked to sign in: who has none finds none.
async fn own_session(
    app: &App,
    viewer: &Viewer,
    parts: &mut Parts,
) -> Result<Option<Denied>, AppError> {
    let (Some(account), Some(id)) = (viewer.account, parameter::<SessionId>(parts, "id").await)
    else {
        return Ok(Some(Denied::Hidden));
    };
    if app.labs.find(account, id).is_some() {
        return Ok(None);
    }
    let row = app.store.session(id).await?;
    Ok((row.is_none_or(|row| row.account != account)).then_some(Denied::Hidden))
}

async fn in_class(
    app: &App,
    viewer: &Viewer,
    parts: &mut Parts,
    teach: bool,
) -> Result<Option<Denied>, AppError> {
    let Some(person) = &viewer.person else {
        return Ok(Some(Denied::SignIn));
    };
    let Some(id) = parameter::<ClassId>(parts, "class").await else {
        return Ok(Some(Denied::Hidden));
    };
    let Some(standing) = app.store.standing(id, person.account).await? else {
        return Ok(Some(Denied::Hidden));
    };
    let teaches = standing.teaches || person.role == Role::Operator;
    if !teaches && !standing.learns {
        return Ok(Some(Denied::Hidden));
    }
    if teach && !teaches {
        return Ok(Some(Denied::Forbidden));
    }
    // An assignment of another class is not in this one.
    if names(parts, "assignment").await {
        let Some(assignment) = parameter::<AssignmentId>(parts, "assignment").await else {
            return Ok(Some(Denied::Hidden));
        };
        if app.store.class_of_assignment(assignment).await? != Some(id) {
            return Ok(Some(Denied::Hidden));
        }
    }
    // So is a submission.
    if names(parts, "submission").await {
        let Some(submission) = parameter::<SubmissionId>(parts, "submission").await else {
            return Ok(Some(Denied::Hidden));
        };
        let place = app.store.place_of_submission(submission).await?;
        if place.and_then(|(_, class)| class) != Some(id) {
            return Ok(Some(Denied::Hidden));
        }
    }
    Ok(None)
}

async fn submission(
    app: &App,
    viewer: &Viewer,
    parts: &mut Parts,
) -> Result<Option<Denied>, AppError> {
    let Some(id) = parameter::<SubmissionId>(parts, "submission").await else {
        return Ok(Some(Denied::Hidden));
    };
    let Some((account, class)) = app.store.place_of_submission(id).await? else {
        return Ok(Some(
            viewer.account.map_or(Denied::SignIn, |_| Denied::Hidden),
        ));
    };
    // A guest may have handed something in for practice.
    if viewer.account == Some(account) {
        return Ok(None);
    }
    let Some(person) = &viewer.person else {
        return Ok(Some(
            viewer.account.map_or(Denied::SignIn, |_| Denied::Hidden),
        ));
    };
    let teaches = match class {
        _ if person.role == Role::Operator => true,
        Some(class) => app
            .store
            .standing(class, person.account)
            .await?
            .is_some_and(|standing| standing.teaches),
        None => false,
    };
    Ok((!teaches).then_some(Denied::Hidden))
}

/// The path's parameter of that name, if it is an id.
async fn parameter<T: std::str::FromStr>(parts: &mut Parts, name: &str) -> Option<T> {
    let all = RawPathParams::from_request_parts(parts, &()).await.ok()?;
    all.iter()
        .find(|(key, _)| *key == name)
        .and_then(|(_, value)| value.parse().ok())
}

/// Whether the path has a parameter of that name.
async fn names(parts: &mut Parts, name: &str) -> bool {
    RawPathParams::from_request_parts(parts, &())
        .await
        .is_ok_and(|all| all.iter().any(|(key, _)| key == name))
}

/// The address as it was asked for: inside a nested router the request's own lacks the prefix.
fn address(parts: &Parts) -> &Uri {
    parts
        .extensions
        .get::<OriginalUri>()
        .map_or(&parts.uri, |original| &original.0)
}

fn is_api(parts: &Parts) -> bool {
    address(parts).path().starts_with("/api/")
}

fn refuse(denied: Denied, parts: &Parts) -> Response {
    let mut response = if is_api(parts) {
        match denied {
            Denied::SignIn => AppError::client(StatusCode::UNAUTHORIZED, "Sign in first."),
            Denied::Hidden if address(parts).path().starts_with("/api/v1/sessions/") => {
                crate::http::api::extract::no_such_session()
            }
            Denied::Hidden => {
                AppError::not_found("There is no such thing, or it is somebody else's.")
            }
            Denied::Forbidden => AppError::client(
                StatusCode::FORBIDDEN,
                "Your role does not allow this. An operator can change it.",
            ),
        }
        .into_response()
    } else {
        match denied {
            Denied::SignIn => Redirect::to(&sign_in_address(parts)).into_response(),
            Denied::Hidden => PageError::missing("There is no such page").into_response(),
            Denied::Forbidden => PageError::forbidden().into_response(),
        }
    };
    response.extensions_mut().insert(denied);
    response
}

/// Where to sign in and come back from. Only what was to be read is come back to.
fn sign_in_address(parts: &Parts) -> String {
    if parts.method != http::Method::GET {
        return "/sign-in".to_owned();
    }
    let next = address(parts)
        .path_and_query()
        .map_or("/", http::uri::PathAndQuery::as_str);
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("next", next)
        .finish();
    format!("/sign-in?{query}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Site;

    #[tokio::test]
    async fn a_program_is_told_by_a_problem_and_a_person_by_a_page() {
        let site = Site::new().await;
        let id = SessionId::fresh();
        let reply = site.visitor().get(&format!("/api/v1/sessions/{id}")).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        assert_eq!(reply.headers["content-type"], "application/problem+json");
        assert!(
            reply.text.contains("There is no such session"),
            "{}",
            reply.text
        );
        let reply = site.visitor().get("/courses/nothing").await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        assert!(reply.text.contains("<!DOCTYPE html>"), "{}", reply.text);
    }
}
