//! Tables for spreadsheet programs: CSV (RFC 4180) in which no cell is ever taken for a formula.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use http::header;

/// A text as a cell: what begins like a formula gets an apostrophe before it, since spreadsheet
/// programs would run it (OWASP, "CSV Injection").
pub fn cell(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text that [`cell`] made a cell of.
pub fn text(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => text,
        _ => cell,
    }
}

/// Writes rows of texts; the first is the header.
///
/// # Errors
/// Never in practice: a row of another length than the first.
pub fn write<'a, R>(rows: impl IntoIterator<Item = R>) -> anyhow::Result<String>
where
    R: IntoIterator<Item = &'a str>,
{
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        let cells = row.into_iter().map(cell);
        writer.write_record(cells.map(|cell| cell.into_owned().into_bytes()))?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// The table as a file to be saved. `name` is without `.csv`; letters, digits and dashes of it stay.
pub fn download(name: &str, table: String) -> Response {
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() {
            letter.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let name: String = name.chars().take(60).map(plain).collect();
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.csv\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, table).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_every_cell_is_read_back() {
        for formula in ["=1+1", "+44 1", "-2", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(cell(formula), format!("'{formula}"));
            assert_eq!(text(&cell(formula)), formula);
        }
        for plain in ["Ada", "", "O'Hara", "'tis", "a=b"] {
            assert_eq!(cell(plain), plain);
            assert_eq!(text(plain), plain);
        }
    }

    #[test]
    fn commas_quotes_and_lines_stay_in_their_cell() {
        let table = write([["name", "email"], ["Byron, \"Ada\"\nK", "=x"]]).unwrap();
        assert_eq!(table, "name,email\r\n\"Byron, \"\"Ada\"\"\nK\",'=x\r\n");
    }
}
