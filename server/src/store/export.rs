//! Everything that is stored about one account, as JSON that the database makes itself.

use super::Store;
use crate::ids::AccountId;

/// What is stored, by file of the archive: each query gives one JSON text. Of a hidden check only
/// what its student sees of it after grading: that it is there, and what it gave.
const PARTS: &[(&str, &str)] = &[
    (
        "account.json",
        "SELECT json_object('account', id, 'name', name, 'email', email, 'role', role, 'created_at', accounts.created_at,
            'seen_at', seen_at, 'has_password', json(iif(password IS NULL, 'false', 'true')),
            'identities', (SELECT json_group_array(json_object('issuer', issuer, 'subject', subject))
                FROM identities WHERE account = id),
            'classes', (SELECT json_group_array(json_object('class', class, 'title', title, 'role', members.role,
                'joined_at', joined_at)) FROM members JOIN classes ON classes.id = class WHERE account = accounts.id))
         FROM accounts LEFT JOIN people ON people.account = id WHERE id = ?1",
    ),
    (
        "progress.json",
        "SELECT json_object(
            'lessons', (SELECT json_group_array(json_object('course', course, 'lesson', lesson, 'done_at', done_at))
                FROM lesson_progress WHERE account = ?1),
            'questions', (SELECT json_group_array(json_object('course', course, 'lesson', lesson, 'question', quiz,
                'tries', tries, 'right_at', correct_at)) FROM quiz_progress WHERE account = ?1),
            'checks', (SELECT json_group_array(json_object('course', course, 'lab', lab, 'check', check_id,
                'passed_at', passed_at)) FROM check_progress WHERE account = ?1),
            'solutions_seen', (SELECT json_group_array(json_object('course', course, 'lab', lab, 'step', step,
                'seen_at', seen_at)) FROM solutions_seen WHERE account = ?1),
            'last_places', (SELECT json_group_array(json_object('course', course, 'kind', kind, 'slug', slug, 'at', at))
                FROM last_place WHERE account = ?1))",
    ),
    (
        "lab-sessions.json",
        "SELECT json_group_array(json_object('id', id, 'course', course, 'lab', lab, 'state', state, 'reason', reason,
            'created_at', created_at, 'expires_at', expires_at, 'ended_at', ended_at,
            'checks', (SELECT json_group_array(json_object('check', check_id, 'state', state, 'expected', expected,
                'found', found, 'at', at)) FROM session_checks WHERE session = lab_sessions.id),
            'answers', (SELECT json_group_array(json_object('check', check_id, 'answer', answer))
                FROM session_answers WHERE session = lab_sessions.id)))
         FROM lab_sessions WHERE account = ?1",
    ),
    (
        "check-history.json",
        "SELECT json_group_array(json_object('session', session, 'course', course, 'lab', lab, 'step', step,
            'check', check_id, 'seq', seq, 'state', state, 'found', found, 'at', at))
         FROM check_history WHERE account = ?1",
    ),
    (
        "submissions.json",
        "SELECT json_group_array(json_object('id', id, 'course', course, 'lab', lab, 'assignment', assignment,
            'attempt', attempt, 'grading', grading, 'submitted_at', submitted_at, 'state', state, 'fault', fault,
            'score', score, 'max_score', max_score, 'graded_at', graded_at,
            'gradings', (SELECT json_group_array(json_object('run', run, 'graded_at', graded_at, 'score', score,
                'max_score', max_score,
                'checks', (SELECT json_group_array(json_object('check', iif(hidden, NULL, check_id), 'step', step,
                    'title', iif(hidden, NULL, title), 'hidden', hidden, 'state', state, 'expected', iif(hidden, NULL, expected),
                    'found', iif(hidden, NULL, found), 'points', points, 'earned', earned))
                    FROM graded_checks WHERE graded_checks.submission = gradings.submission
                    AND graded_checks.run = gradings.run)))
                FROM gradings WHERE submission = submissions.id AND preview = 0),
            'comments', (SELECT json_group_array(json_object('at', at, 'text', text, 'author', name))
                FROM comments LEFT JOIN people ON people.account = author WHERE submission = submissions.id)))
         FROM submissions WHERE account = ?1",
    ),
    (
        "grades.json",
        "SELECT json_group_array(json_object('assignment', assignment, 'score', score, 'max_score', max_score,
            'submission', submission, 'late_days', late_days, 'at', at, 'override_score', override_score,
            'override_reason', override_reason, 'override_at', override_at))
         FROM grades WHERE account = ?1",
    ),
    (
        "scores-sent.json",
        "SELECT json_group_array(json_object('platform', platform, 'resource', resource, 'state', state,
            'sent_at', sent_at)) FROM lti_passbacks WHERE account = ?1",
    ),
];

/// A file of an archive that is yet to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// JSON, by its place among the parts.
    Json(usize),
    /// The files of a lab: course and lab.
    Kept(String, String),
    /// A file of a submission's evidence: its id and the column.
    Evidence(String, &'static str),
}

impl Store {
    /// The files of an account's archive: names and what each is.
    pub async fn export_parts(&self, account: AccountId) -> sqlx::Result<Vec<(String, Part)>> {
        let account = account.to_string();
        let mut parts: Vec<(String, Part)> = PARTS
            .iter()
            .enumerate()
            .map(|(at, (name, _))| ((*name).to_owned(), Part::Json(at)))
            .collect();
        let kept: Vec<(String, String)> =
            sqlx::query_as("SELECT course, lab FROM kept_files WHERE account = ?")
                .bind(&account)
                .fetch_all(&self.pool)
                .await?;
        for (course, lab) in kept {
            let name = format!("labs/{course}/{lab}.tar");
            parts.push((name, Part::Kept(course, lab)));
        }
        let submissions: Vec<String> = sqlx::query_scalar(
            "SELECT submission FROM evidence JOIN submissions ON id = submission WHERE account = ? ORDER BY submission",
        )
        .bind(&account)
        .fetch_all(&self.pool)
        .await?;
        for submission in submissions {
            for (column, file) in [
                ("files", "files.tar.gz"),
                ("objects", "objects.json.gz"),
                ("seen", "checks-seen.json"),
                ("answers", "answers.json"),
            ] {
                let name = format!("submissions/{submission}/{file}");
                parts.push((name, Part::Evidence(submission.clone(), column)));
            }
        }
        Ok(parts)
    }

    /// The bytes of one of them; none if it has gone meanwhile.
    pub async fn export_part(&self, account: AccountId, part: &Part) -> sqlx::Result<Vec<u8>> {
        let account = account.to_string();
        let bytes: Option<Vec<u8>> =
            match part {
                Part::Json(at) => {
                    let (_, query) = PARTS.get(*at).ok_or(sqlx::Error::RowNotFound)?;
                    sqlx::query_scalar::<_, String>(query)
                        .bind(&account)
                        .fetch_optional(&self.pool)
                        .await?
                        .map(String::into_bytes)
                }
                Part::Kept(course, lab) => sqlx::query_scalar(
                    "SELECT archive FROM kept_files WHERE account = ? AND course = ? AND lab = ?",
                )
                .bind(&account)
                .bind(course)
                .bind(lab)
                .fetch_optional(&self.pool)
                .await?,
                Part::Evidence(submission, column) => {
                    sqlx::query_scalar(&format!(
                    "SELECT CAST({column} AS BLOB) FROM evidence JOIN submissions ON id = submission
                     WHERE submission = ? AND account = ?"
                ))
                    .bind(submission)
                    .bind(&account)
                    .fetch_optional(&self.pool)
                    .await?
                }
            };
        Ok(bytes.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;
    use crate::clock::Clock;
    use crate::store::testing::store;

    #[tokio::test]
    async fn every_part_is_json_also_of_who_has_nothing() {
        let (store, _folder) = store(Clock::fixed(5)).await;
        let made = store
            .create_person("Ada", Some("ada@example.edu"), Role::Student)
            .await;
        let ada = made.unwrap().unwrap();
        for (name, part) in store.export_parts(ada).await.unwrap() {
            let bytes = store.export_part(ada, &part).await.unwrap();
            let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            assert!(json.is_object() || json.is_array(), "{name}: {json}");
        }
    }

    #[tokio::test]
    async fn every_table_that_names_an_account_is_exported() {
        let (store, _folder) = store(Clock::fixed(5)).await;
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT DISTINCT m.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
             WHERE m.type = 'table' AND c.name = 'account'",
        )
        .fetch_all(&store.pool)
        .await
        .unwrap();
        assert!(tables.len() > 10, "{tables:?}");
        let all: String = PARTS.iter().map(|(_, query)| *query).collect();
        for table in tables {
            // Files of labs are files of the archive; a link's digest says nothing of anybody.
            if ["kept_files", "password_links"].contains(&table.as_str()) {
                continue;
            }
            assert!(all.contains(&table), "`{table}` is not exported");
        }
    }
}
