//! Reading a roster that an instructor uploads: a table of names and addresses, as spreadsheet
//! programs and student systems save it.

use std::collections::BTreeMap;

use crate::people::fields;
use crate::spreadsheet;

/// Largest file, in bytes.
pub const BYTES: usize = 1024 * 1024;
/// Most rows.
pub const ROWS: usize = 2_000;

/// A row that can be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Shown name.
    pub name: String,
    /// Address to sign in with.
    pub email: String,
}

/// A row that cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bad {
    /// Number of its line in the file, from 1.
    pub line: u64,
    /// What it says, cut short.
    pub row: String,
    /// What is wrong and what to do.
    pub problem: String,
}

/// A roster that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    /// The good rows in their order.
    pub entries: Vec<Entry>,
    /// The bad ones.
    pub bad: Vec<Bad>,
}

/// Which column has what.
#[derive(Debug, Default)]
struct Columns {
    email: usize,
    /// One of the whole name, or those of first and last name.
    name: Vec<usize>,
}

/// Reads a roster. Columns may be in any order and separated by commas, semicolons or tabs; there
/// may be others beside them, and a byte order mark before them.
///
/// # Errors
/// When it is no such table at all: says what to do.
pub fn read(file: &[u8]) -> Result<Roster, String> {
    if file.len() > BYTES {
        return Err("The file is larger than 1 MB. Leave out columns other than name and email, or split it.".into());
    }
    let text = std::str::from_utf8(file)
        .map_err(|_| "The file is not in UTF-8. In the spreadsheet program choose “CSV UTF-8” when saving it.")?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes())
        .into_records();
    let first = rows.next().transpose().map_err(unreadable)?;
    let first = first.ok_or("There is nothing in it: it needs a row for each student.")?;
    let (columns, headed) = match headers(&first) {
        Some(columns) => (columns, true),
        None => (
            guess(&first).ok_or(
                "No column is called “email”. The first row must name the columns: name,email.",
            )?,
            false,
        ),
    };
    let mut roster = Roster::default();
    let mut seen = BTreeMap::new();
    let body = (!headed).then_some(Ok(first)).into_iter().chain(rows);
    for (at, row) in body.enumerate() {
        if at >= ROWS {
            return Err(format!("There are more than {ROWS} rows. Split the file."));
        }
        let row = row.map_err(unreadable)?;
        if row.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let line = line_of(text, &row);
        match entry(&columns, &row, line, &mut seen) {
            Ok(entry) => roster.entries.push(entry),
            Err(problem) => roster.bad.push(Bad {
                line,
                row: row
                    .iter()
                    .collect::<Vec<_>>()
                    .join(", ")
                    .chars()
                    .take(80)
                    .collect(),
                problem,
            }),
        }
    }
    if roster.entries.is_empty() && roster.bad.is_empty() {
        return Err("There is no row below the names of the columns.".into());
    }
    Ok(roster)
}

/// The line that a row begins in: the reader counts blank lines before it as its own.
fn line_of(text: &str, row: &csv::StringRecord) -> u64 {
    let Some(position) = row.position() else {
        return 0;
    };
    let begin = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(begin..).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
    let lines = blank.filter(|byte| **byte == b'\n').count();
    position.line() + u64::try_from(lines).unwrap_or(0)
}

fn unreadable(error: csv::Error) -> String {
    let line = error.position().map_or(0, csv::Position::line);
    format!("Line {line} cannot be read as CSV. Save the table again as “CSV UTF-8”.")
}

fn entry(
    columns: &Columns,
    row: &csv::StringRecord,
    line: u64,
    seen: &mut BTreeMap<String, u64>,
) -> Result<Entry, String> {
    let cell = |at: usize| spreadsheet::text(row.get(at).unwrap_or_default().trim());
    let email = fields::email(cell(columns.email)).map_err(|_| match cell(columns.email) {
        "" => "There is no email address.".to_owned(),
        text => format!(
            "“{}” is no email address.",
            text.chars().take(60).collect::<String>()
        ),
    })?;
    let names: Vec<&str> = columns.name.iter().map(|at| cell(*at)).collect();
    let name = fields::name(&names.join(" ")).map_err(|problem| {
        match names.iter().all(|name| name.is_empty()) {
            true => "There is no name.".to_owned(),
            false => format!("The name does not do: {problem}"),
        }
    })?;
    if let Some(first) = seen.insert(email.to_lowercase(), line) {
        seen.insert(email.to_lowercase(), first);
        return Err(format!("The same address is in line {first}."));
    }
    Ok(Entry { name, email })
}

/// What separates the cells: whatever is most often in the first line.
fn delimiter(text: &str) -> u8 {
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let count = |wanted: u8| first.bytes().filter(|byte| *byte == wanted).count();
    [b',', b';', b'\t']
        .into_iter()
        .rev()
        .max_by_key(|byte| count(*byte))
        .unwrap_or(b',')
}

fn headers(row: &csv::StringRecord) -> Option<Columns> {
    let names: Vec<String> = row
        .iter()
        .map(|cell| {
            cell.chars()
                .filter(|letter| letter.is_alphanumeric())
                .collect::<String>()
                .to_lowercase()
        })
        .collect();
    let find = |known: &[&str]| names.iter().position(|name| known.contains(&name.as_str()));
    let email = find(&[
        "email",
        "emailaddress",
        "mail",
        "eaddress",
        "username",
        "sisloginid",
    ])?;
    let whole = find(&["name", "fullname", "student", "studentname", "displayname"]);
    let parts = [
        find(&["firstname", "givenname", "forename", "first"]),
        find(&["lastname", "surname", "familyname", "last"]),
    ];
    let name: Vec<usize> = match whole {
        Some(at) => vec![at],
        None => parts.into_iter().flatten().collect(),
    };
    (!name.is_empty()).then_some(Columns { email, name })
}

/// A table without names of columns: the address is where an @ is, the name in the first other one.
fn guess(row: &csv::StringRecord) -> Option<Columns> {
    let email = row.iter().position(|cell| cell.contains('@'))?;
    let name = (0..row.len()).find(|at| *at != email)?;
    Some(Columns {
        email,
        name: vec![name],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(file: &str) -> Vec<(String, String)> {
        let roster = read(file.as_bytes()).unwrap();
        assert_eq!(roster.bad, []);
        roster
            .entries
            .into_iter()
            .map(|entry| (entry.name, entry.email))
            .collect()
    }

    #[test]
    fn columns_are_found_by_name_whatever_their_order_and_separator() {
        let ada = [("Ada Byron".to_owned(), "ada@example.edu".to_owned())];
        for file in [
            "name,email\nAda Byron,ada@example.edu\n",
            "\u{FEFF}E-Mail;Full name;Group\r\nada@example.edu;Ada Byron;3\r\n",
            "First name\tSurname\tEmail address\nAda\tByron\tada@example.edu",
            "\"Name\",\"E-mail\"\n\"Ada  Byron\",\" ada@example.edu \"\n\n",
            "Ada Byron,ada@example.edu",
        ] {
            assert_eq!(names(file), ada, "{file}");
        }
        assert_eq!(
            names("name,email\n\"Byron, Ada\",ada@example.edu")[0].0,
            "Byron, Ada"
        );
    }

    #[test]
    fn each_bad_row_is_named_with_its_line_and_the_good_ones_are_kept() {
        let file = "name,email\nAda,ada@example.edu\nBob,bob\n,eve@example.edu\n\nCy,\nAda again,ADA@example.edu\nDee,dee@example.edu\n";
        let roster = read(file.as_bytes()).unwrap();
        let good: Vec<_> = roster
            .entries
            .iter()
            .map(|entry| entry.name.as_str())
            .collect();
        assert_eq!(good, ["Ada", "Dee"]);
        let bad: Vec<_> = roster
            .bad
            .iter()
            .map(|bad| (bad.line, bad.problem.as_str()))
            .collect();
        assert_eq!(
            bad,
            [
                (3, "“bob” is no email address."),
                (4, "There is no name."),
                (6, "There is no email address."),
                (7, "The same address is in line 2."),
            ]
        );
    }

    #[test]
    fn what_is_no_roster_says_what_to_do() {
        let long = format!("name,email\n{}", "a,b@example.edu\n".repeat(ROWS + 1));
        let large = vec![b'a'; BYTES + 1];
        for (file, says) in [
            (&b""[..], "nothing in it"),
            (b"name,email\n", "no row below"),
            (b"name,group\nAda,3\n", "“email”"),
            (b"name,email\nJos\xE9,j@example.edu\n", "UTF-8"),
            (long.as_bytes(), "more than 2000 rows"),
            (&large, "1 MB"),
        ] {
            let error = read(file).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn an_exported_formula_comes_back_as_the_name_that_it_was() {
        assert_eq!(names("name,email\n'=Ada,ada@example.edu")[0].0, "=Ada");
    }

    #[test]
    fn names_that_cannot_be_seen_are_refused() {
        let roster = read("name,email\nAda\u{202E}ydA,ada@example.edu".as_bytes()).unwrap();
        assert_eq!(roster.bad.len(), 1);
    }
}
