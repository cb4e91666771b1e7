//! `GET /classes/{class}/grades.csv`, sent while it is made.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderName, header};

use super::title;
use crate::app::App;
use crate::gradebook::Marks;
use crate::gradebook::csv::{Column, Student, head, line};
use crate::http::pages::PageError;
use crate::http::pages::classes::InClass;
use crate::store::{Sort, Wanted};

/// Students whose grades are looked up at once.
const CHUNK: usize = 200;

/// Sends the gradebook as a file for spreadsheets.
pub async fn csv(State(app): State<App>, class: InClass) -> Result<Response, PageError> {
    let id = class.class.id;
    let everybody = Wanted {
        search: "",
        sort: Sort::Name,
        descending: false,
        skip: 0,
        take: -1,
    };
    let (columns, students) = tokio::try_join!(
        app.store.gradebook_columns(id),
        app.store.gradebook_students(id, &everybody),
    )?;
    let now = app.clock.seconds();
    let content = app.content.now();
    let columns: Vec<_> = columns
        .into_iter()
        .map(|column| Column {
            id: column.id,
            title: title(&class, &content, &column.kind, &column.slug),
            max_score: column.max_score,
            due: column.due_at.is_some_and(|due| due <= now),
        })
        .collect();
    let lines = async_stream::try_stream! {
        yield Bytes::from(head(&columns));
        for students in students.0.chunks(CHUNK) {
            let accounts: Vec<_> = students.iter().map(|student| student.account).collect();
            let marks = Marks::new(app.store.gradebook_marks(id, &accounts).await?);
            let mut piece = Vec::new();
            for student in students {
                let cells: Vec<_> = columns
                    .iter()
                    .map(|column| marks.cell(student.account, column.id, column.due))
                    .collect();
                let first = Student {
                    account: student.account,
                    name: &student.name,
                    email: student.email.as_deref(),
                    percent: student.percent,
                };
                piece.extend(line(first, &columns, &cells));
            }
            yield Bytes::from(piece);
        }
    };
    // The stream's error is the database's: the client sees that the file is cut.
    let lines: std::pin::Pin<Box<dyn futures::Stream<Item = Result<Bytes, sqlx::Error>> + Send>> =
        Box::pin(lines);
    let headers: [(HeaderName, String); 3] = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".into()),
        (
            header::CONTENT_DISPOSITION,
            format!(
                "attachment; filename=\"grades-{}.csv\"",
                file_name(&class.class.title)
            ),
        ),
        (header::CACHE_CONTROL, "no-store".into()),
    ];
    Ok((headers, Body::from_stream(lines)).into_response())
}

/// A title as a part of a file's name: letters, digits and `-`.
fn file_name(title: &str) -> String {
    let name: String = title
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .take(40)
        .collect();
    let parts: Vec<_> = name.split('-').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        "class".into()
    } else {
        parts.join("-")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_end_the_files_name() {
        assert_eq!(
            file_name("Docker\"; x=\"1 2026/27\r\n"),
            "docker-x-1-2026-27"
        );
        assert_eq!(file_name("Ω"), "class");
    }
}
