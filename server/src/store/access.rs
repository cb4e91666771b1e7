//! What the guard asks: who somebody is, and where they stand.

use sqlx::Row as _;

use super::{Store, id};
use crate::access::{Person, Role};
use crate::ids::{AccountId, AssignmentId, ClassId, SubmissionId};

/// Who is behind an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// When it was last seen, in Unix seconds.
    pub seen_at: i64,
    /// The person and the epoch of its sessions; a guest is none.
    pub person: Option<(Person, i64)>,
}

/// Where somebody stands in a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// As an instructor of it.
    pub teaches: bool,
    /// As a student of it.
    pub learns: bool,
}

impl Store {
    /// Who is behind an account; `None` if there is none.
    pub async fn who(&self, account: AccountId) -> sqlx::Result<Option<Known>> {
        let row = sqlx::query(
            "SELECT seen_at, name, email, role, epoch FROM accounts
             LEFT JOIN people ON people.account = accounts.id WHERE accounts.id = ?",
        )
        .bind(account.to_string())
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let person = match row.try_get::<Option<String>, _>("name")? {
            None => None,
            Some(name) => Some((
                Person {
                    account,
                    name,
                    email: row.try_get("email")?,
                    role: Role::read(row.try_get("role")?).unwrap_or(Role::Student),
                },
                row.try_get("epoch")?,
            )),
        };
        Ok(Some(Known {
            seen_at: row.try_get("seen_at")?,
            person,
        }))
    }

    /// Notes that somebody is still there.
    pub async fn seen(&self, account: AccountId) -> sqlx::Result<()> {
        sqlx::query("UPDATE accounts SET seen_at = ? WHERE id = ?")
            .bind(self.clock.seconds())
            .bind(account.to_string())
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// Where somebody stands in a class; `None` if there is no such class.
    pub async fn standing(
        &self,
        class: ClassId,
        account: AccountId,
    ) -> sqlx::Result<Option<Standing>> {
        let row = sqlx::query(
            "SELECT role FROM classes LEFT JOIN members ON class = id AND account = ? WHERE id = ?",
        )
        .bind(account.to_string())
        .bind(class.to_string())
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            let role: Option<String> = row.try_get(0)?;
            Ok(Standing {
                teaches: role.as_deref() == Some("instructor"),
                learns: role.as_deref() == Some("student"),
            })
        })
        .transpose()
    }

    /// The class that an assignment is of.
    pub async fn class_of_assignment(
        &self,
        assignment: AssignmentId,
    ) -> sqlx::Result<Option<ClassId>> {
        sqlx::query_scalar::<_, String>("SELECT class FROM assignments WHERE id = ?")
            .bind(assignment.to_string())
            .fetch_optional(&self.pool)
            .await?
            .map(|class| id(&class))
            .transpose()
    }

    /// Whose a submission is, and of which class.
    pub async fn place_of_submission(
        &self,
        submission: SubmissionId,
    ) -> sqlx::Result<Option<(AccountId, Option<ClassId>)>> {
        let row = sqlx::query(
            "SELECT account, class FROM submissions
             LEFT JOIN assignments ON assignments.id = assignment WHERE submissions.id = ?",
        )
        .bind(submission.to_string())
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            let class: Option<String> = row.try_get("class")?;
            Ok((
                id(row.try_get("account")?)?,
                class.map(|class| id(&class)).transpose()?,
            ))
        })
        .transpose()
    }
}
