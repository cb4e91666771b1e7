//! What there is to learn.

use axum::Json;
use axum::extract::{Path, Query, State};
use drydock_course::model::{Course, Item};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::content::HITS;
use crate::error::{AppError, Problem};

/// Every course.
#[derive(Debug, Serialize, ToSchema)]
pub struct Courses {
    /// In the order of their folders.
    courses: Vec<CourseName>,
}

/// A course by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct CourseName {
    /// Name in addresses.
    slug: String,
    /// Shown title.
    title: String,
    /// One or two sentences.
    summary: String,
}

/// A course with what is in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CourseView {
    /// Name in addresses.
    slug: String,
    /// Shown title.
    title: String,
    /// One or two sentences.
    summary: String,
    /// In teaching order.
    modules: Vec<ModuleView>,
}

/// A module.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModuleView {
    /// Its name.
    slug: String,
    /// Shown title.
    title: String,
    /// One or two sentences.
    summary: String,
    /// In teaching order.
    lessons: Vec<ItemView>,
    /// In teaching order.
    labs: Vec<ItemView>,
}

/// A lesson or a lab.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemView {
    /// Name in addresses.
    slug: String,
    /// Shown title.
    title: String,
    /// One or two sentences.
    summary: String,
    /// Honest minutes.
    minutes: u32,
}

/// Lists the courses.
#[utoipa::path(get, path = "/courses", tag = "courses", responses((status = 200, body = Courses)))]
pub async fn list(State(app): State<App>) -> Json<Courses> {
    let content = app.content.now();
    let courses = content.library.courses.iter().map(|course| CourseName {
        slug: course.slug.clone(),
        title: course.title.clone(),
        summary: course.summary.clone(),
    });
    Json(Courses {
        courses: courses.collect(),
    })
}

/// Shows one course.
#[utoipa::path(get, path = "/courses/{course}", tag = "courses", params(("course" = String, Path, description = "Course slug")),
    responses((status = 200, body = CourseView), (status = 404, body = Problem)))]
pub async fn show(
    State(app): State<App>,
    Path(course): Path<String>,
) -> Result<Json<CourseView>, AppError> {
    let content = app.content.now();
    content
        .course(&course)
        .map(|course| Json(view(course)))
        .ok_or_else(no_such_course)
}

/// What is looked for.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
}

/// Places of a course.
#[derive(Debug, Serialize, ToSchema)]
pub struct Found {
    /// The best first, 50 at most.
    hits: Vec<HitView>,
}

/// A page in which every word was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct HitView {
    /// `lesson`, `lab` or `reference`.
    kind: &'static str,
    /// Title of the page.
    title: String,
    /// Title of its module; empty for a reference page.
    module: String,
    /// Address of the best place.
    href: String,
    /// The heading there.
    heading: Option<String>,
    /// The text there, not escaped; every second piece is what was looked for.
    excerpt: Vec<String>,
}

/// Searches the titles, headings and texts of a course.
#[utoipa::path(get, path = "/courses/{course}/search", tag = "courses",
    params(("course" = String, Path, description = "Course slug"),
        ("q" = Option<String>, Query, description = "Words, or beginnings of words, that must all be found; the first 100 letters and 8 words count. Without any, every page is given in order.")),
    responses((status = 200, body = Found), (status = 404, body = Problem)))]
pub async fn search(
    State(app): State<App>,
    Path(course): Path<String>,
    Query(Asked { q: query }): Query<Asked>,
) -> Result<Json<Found>, AppError> {
    let content = app.content.now();
    content.course(&course).ok_or_else(no_such_course)?;
    let hits = content.search(&course, &query, HITS).into_iter();
    let hits = hits.map(|hit| HitView {
        kind: hit.kind,
        title: hit.title,
        module: hit.module,
        href: hit.href,
        heading: hit.heading,
        excerpt: hit.excerpt,
    });
    Ok(Json(Found {
        hits: hits.collect(),
    }))
}

/// The text for a course that is not there.
pub fn no_such_course() -> AppError {
    AppError::not_found("There is no such course. `GET /api/v1/courses` lists them.")
}

fn view(course: &Course) -> CourseView {
    let modules = course.modules.iter().map(|module| {
        let mut view = ModuleView {
            slug: module.slug.clone(),
            title: module.title.clone(),
            summary: module.summary.clone(),
            lessons: Vec::new(),
            labs: Vec::new(),
        };
        for item in &module.items {
            match item {
                Item::Lesson(it) => view.lessons.push(ItemView {
                    slug: it.slug.clone(),
                    title: it.title.clone(),
                    summary: it.summary.clone(),
                    minutes: it.minutes,
                }),
                Item::Lab(it) => view.labs.push(ItemView {
                    slug: it.slug.clone(),
                    title: it.title.clone(),
                    summary: it.summary.clone(),
                    minutes: it.minutes,
                }),
            }
        }
        view
    });
    CourseView {
        slug: course.slug.clone(),
        title: course.title.clone(),
        summary: course.summary.clone(),
        modules: modules.collect(),
    }
}
