//! The gradebook as a file for spreadsheets. Its columns are a promise (docs/OPERATING.md).

use crate::ids::{AccountId, AssignmentId};

use super::cell::Cell;
use super::words;

/// An assignment's four columns.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its id.
    pub id: AssignmentId,
    /// Its title.
    pub title: String,
    /// Points there are, for rows without a grade.
    pub max_score: Option<f64>,
    /// Whether it was due.
    pub due: bool,
}

/// A row's first columns.
#[derive(Debug, Clone, Copy)]
pub struct Student<'a> {
    /// Account.
    pub account: AccountId,
    /// Shown name.
    pub name: &'a str,
    /// E-mail address.
    pub email: Option<&'a str>,
    /// Total.
    pub percent: Option<f64>,
}

/// The first line. It begins with a byte order mark, without which Excel takes the file for one of an old code page.
pub fn head(columns: &[Column]) -> Vec<u8> {
    let mut cells: Vec<String> = ["account", "name", "email", "total percent"]
        .map(str::to_owned)
        .into();
    for column in columns {
        for word in ["score", "max", "state", "late days"] {
            cells.push(format!("{} {} {word}", column.id, column.title));
        }
    }
    let mut line = "\u{feff}".as_bytes().to_vec();
    line.extend(written(cells.iter().map(String::as_str)));
    line
}

/// The line of one student; `cells` in the order of the columns.
pub fn line(student: Student<'_>, columns: &[Column], cells: &[Cell]) -> Vec<u8> {
    let mut texts = vec![
        student.account.to_string(),
        student.name.to_owned(),
        student.email.unwrap_or_default().to_owned(),
        points(student.percent),
    ];
    for (column, cell) in columns.iter().zip(cells) {
        texts.push(points(cell.score));
        texts.push(points(cell.max_score.or(column.max_score)));
        texts.push(cell.state.word().to_owned());
        texts.push(cell.late_days.to_string());
    }
    written(texts.iter().map(String::as_str))
}

fn points(points: Option<f64>) -> String {
    points.map_or_else(String::new, words::points)
}

fn written<'a>(cells: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    // Into memory: it cannot fail.
    let _ = writer.write_record(cells.map(harmless));
    writer.into_inner().unwrap_or_default()
}

/// A spreadsheet takes a cell that begins like this for a formula, and names are chosen by students.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gradebook::{Mark, State};

    fn column(title: &str) -> Column {
        Column {
            id: AssignmentId(uuid::Uuid::nil()),
            title: title.into(),
            max_score: Some(4.0),
            due: true,
        }
    }

    fn student(name: &str) -> Student<'_> {
        Student {
            account: AccountId(uuid::Uuid::nil()),
            name,
            email: Some("a@example.org"),
            percent: Some(200.0 / 3.0),
        }
    }

    #[test]
    fn columns_are_as_they_were_promised() {
        let nil = uuid::Uuid::nil();
        assert_eq!(
            String::from_utf8(head(&[column("Layers, and cache")])).unwrap(),
            format!(
                "\u{feff}account,name,email,total percent,\"{nil} Layers, and cache score\",\"{nil} Layers, and cache max\",\
                 \"{nil} Layers, and cache state\",\"{nil} Layers, and cache late days\"\r\n"
            )
        );
        let graded = Cell::of(
            &[Mark {
                score: Some(3.456),
                max_score: 5.0,
                late_days: 2,
                ..Mark::default()
            }],
            true,
        );
        let missing = Cell::of(&[], true);
        let columns = [column("A"), column("B")];
        assert_eq!(
            String::from_utf8(line(student("Ann"), &columns, &[graded, missing])).unwrap(),
            format!("{nil},Ann,a@example.org,66.67,3.46,5,graded,2,,4,missing,0\r\n")
        );
    }

    #[test]
    fn no_name_becomes_a_formula_or_a_second_line() {
        for (name, cell) in [
            (
                "=HYPERLINK(\"http://x\")",
                "\"'=HYPERLINK(\"\"http://x\"\")\"",
            ),
            ("+1", "'+1"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("a\nb", "\"a\nb\""),
        ] {
            let line = String::from_utf8(line(student(name), &[], &[])).unwrap();
            assert!(line.contains(&format!(",{cell},")), "{line}");
        }
    }

    #[test]
    fn every_state_has_its_word() {
        let words = [
            State::Graded,
            State::Overridden,
            State::Waiting,
            State::Fault,
            State::Missing,
            State::Open,
        ]
        .map(State::word);
        assert_eq!(
            words,
            [
                "graded",
                "overridden",
                "waiting",
                "error",
                "missing",
                "open"
            ]
        );
    }
}
