//! People: who signed up or was signed up. An account without a row here is a guest.

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::{Store, id};
use crate::access::Role;
use crate::ids::AccountId;

/// What somebody signs in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Whose it is.
    pub account: AccountId,
    /// Shown name.
    pub name: String,
    /// E-mail address as it was given.
    pub email: Option<String>,
    /// Argon2id in PHC form; none for who signs in elsewhere only.
    pub password: Option<String>,
    /// What they may do anywhere.
    pub role: Role,
}

/// Somebody in a list of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// Their account.
    pub account: AccountId,
    /// Shown name.
    pub name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// What they may do anywhere.
    pub role: Role,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds, to within some minutes.
    pub seen_at: i64,
}

/// Why somebody's role was not changed, or they were not deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// There is no such person.
    Missing,
    /// Without them nobody could run the installation.
    LastOperator,
}

/// In SQL: this person may stop being an operator, since another is there.
const NOT_THE_LAST: &str =
    "(role <> 'operator' OR (SELECT count(*) FROM people WHERE role = 'operator') > 1)";

fn credentials(row: &SqliteRow) -> sqlx::Result<Credentials> {
    Ok(Credentials {
        account: id(row.try_get("account")?)?,
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        password: row.try_get("password")?,
        role: Role::read(row.try_get("role")?).unwrap_or(Role::Student),
    })
}

fn person_row(row: &SqliteRow) -> sqlx::Result<PersonRow> {
    Ok(PersonRow {
        account: id(row.try_get("account")?)?,
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        role: Role::read(row.try_get("role")?).unwrap_or(Role::Student),
        created_at: row.try_get("created_at")?,
        seen_at: row.try_get("seen_at")?,
    })
}

impl Store {
    /// Makes an account for somebody, who sets a password by a link
    /// ([`make_password_link`](Self::make_password_link)) or signs in elsewhere. `None`: somebody
    /// has that address already.
    pub async fn create_person(
        &self,
        name: &str,
        email: Option<&str>,
        role: Role,
    ) -> sqlx::Result<Option<AccountId>> {
        let account = AccountId::fresh();
        let mut transaction = self.pool.begin().await?;
        sqlx::query("INSERT INTO accounts (id, created_at, seen_at) VALUES (?1, ?2, ?2)")
            .bind(account.to_string())
            .bind(self.clock.seconds())
            .execute(&mut *transaction)
            .await?;
        let made = sqlx::query(
            "INSERT INTO people (account, email, name, role, created_at) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT DO NOTHING",
        )
        .bind(account.to_string())
        .bind(email)
        .bind(name)
        .bind(role.word())
        .bind(self.clock.seconds())
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        if made == 0 {
            transaction.rollback().await?;
            return Ok(None);
        }
        transaction.commit().await?;
        Ok(Some(account))
    }

    /// Makes a person of a guest's account, with all that it has. `false`: somebody has that address
    /// already, or the account is a person's.
    pub async fn sign_up(
        &self,
        account: AccountId,
        name: &str,
        email: &str,
        password: &str,
    ) -> sqlx::Result<bool> {
        let made = sqlx::query(
            "INSERT INTO people (account, email, name, password, role, created_at)
             VALUES (?, ?, ?, ?, 'student', ?) ON CONFLICT DO NOTHING",
        )
        .bind(account.to_string())
        .bind(email)
        .bind(name)
        .bind(password)
        .bind(self.clock.seconds())
        .execute(&self.pool)
        .await?;
        Ok(made.rows_affected() == 1)
    }

    /// Who signs in with that address, whatever its case.
    pub async fn person_by_email(&self, email: &str) -> sqlx::Result<Option<Credentials>> {
        sqlx::query("SELECT account, name, email, password, role FROM people WHERE email = ?")
            .bind(email)
            .fetch_optional(&self.pool)
            .await?
            .as_ref()
            .map(credentials)
            .transpose()
    }

    /// Somebody's name, address, password and role.
    pub async fn person(&self, account: AccountId) -> sqlx::Result<Option<Credentials>> {
        sqlx::query("SELECT account, name, email, password, role FROM people WHERE account = ?")
            .bind(account.to_string())
            .fetch_optional(&self.pool)
            .await?
            .as_ref()
            .map(credentials)
            .transpose()
    }

    /// Changes the shown name.
    pub async fn rename_person(&self, account: AccountId, name: &str) -> sqlx::Result<()> {
        sqlx::query("UPDATE people SET name = ? WHERE account = ?")
            .bind(name)
            .bind(account.to_string())
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// Stores a new password, ends every session, and makes links to set one worthless.
    pub async fn set_password(&self, account: AccountId, password: &str) -> sqlx::Result<()> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("UPDATE people SET password = ?, epoch = epoch + 1 WHERE account = ?")
            .bind(password)
            .bind(account.to_string())
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM password_links WHERE account = ?")
            .bind(account.to_string())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }

    /// Ends every session of an account.
    pub async fn end_web_sessions(&self, account: AccountId) -> sqlx::Result<()> {
        sqlx::query("UPDATE people SET epoch = epoch + 1 WHERE account = ?")
            .bind(account.to_string())
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// How many operators there are.
    pub async fn operators(&self) -> sqlx::Result<u32> {
        sqlx::query_scalar("SELECT count(*) FROM people WHERE role = 'operator'")
            .fetch_one(&self.pool)
            .await
    }

    /// Makes the installation's first operator of a person. `false`: there is one already.
    pub async fn claim(&self, account: AccountId) -> sqlx::Result<bool> {
        let made = sqlx::query(
            "UPDATE people SET role = 'operator' WHERE account = ?
             AND NOT EXISTS (SELECT 1 FROM people WHERE role = 'operator')",
        )
        .bind(account.to_string())
        .execute(&self.pool)
        .await?;
        Ok(made.rows_affected() == 1)
    }

    /// Changes what somebody may do. The last operator stays one.
    pub async fn set_role(&self, account: AccountId, role: Role) -> sqlx::Result<Result<(), Kept>> {
        let changed = sqlx::query(&format!(
            "UPDATE people SET role = ?1 WHERE account = ?2 AND (?1 = 'operator' OR {NOT_THE_LAST})"
        ))
        .bind(role.word())
        .bind(account.to_string())
        .execute(&self.pool)
        .await?;
        self.kept(account, changed.rows_affected()).await
    }

    /// Deletes an account and everything that hangs on it. The last operator stays.
    pub async fn delete_person(&self, account: AccountId) -> sqlx::Result<Result<(), Kept>> {
        let deleted = sqlx::query(&format!(
            "DELETE FROM accounts WHERE id = (SELECT account FROM people WHERE account = ? AND {NOT_THE_LAST})"
        ))
        .bind(account.to_string())
        .execute(&self.pool)
        .await?;
        self.kept(account, deleted.rows_affected()).await
    }

    /// Whether somebody could be deleted.
    pub async fn may_delete(&self, account: AccountId) -> sqlx::Result<Result<(), Kept>> {
        let may: u32 = sqlx::query_scalar(&format!(
            "SELECT count(*) FROM people WHERE account = ? AND {NOT_THE_LAST}"
        ))
        .bind(account.to_string())
        .fetch_one(&self.pool)
        .await?;
        self.kept(account, may.into()).await
    }

    async fn kept(&self, account: AccountId, changed: u64) -> sqlx::Result<Result<(), Kept>> {
        if changed > 0 {
            return Ok(Ok(()));
        }
        let there = self.person(account).await?;
        Ok(Err(there.map_or(Kept::Missing, |_| Kept::LastOperator)))
    }

    /// People by name, of those whose name or address contains `search`; and how many there are.
    pub async fn people(
        &self,
        search: &str,
        skip: u32,
        take: u32,
    ) -> sqlx::Result<(Vec<PersonRow>, u32)> {
        const FOUND: &str = "FROM people JOIN accounts ON id = account
             WHERE ?1 = '' OR instr(lower(name), lower(?1)) > 0 OR instr(lower(email), lower(?1)) > 0";
        let search = search.trim();
        let rows = sqlx::query(&format!(
            "SELECT account, name, email, role, people.created_at, seen_at {FOUND}
             ORDER BY name COLLATE NOCASE, account LIMIT ?2 OFFSET ?3"
        ))
        .bind(search)
        .bind(take)
        .bind(skip)
        .fetch_all(&self.pool)
        .await?;
        let people = rows.iter().map(person_row).collect::<sqlx::Result<_>>()?;
        let count = sqlx::query_scalar(&format!("SELECT count(*) {FOUND}"))
            .bind(search)
            .fetch_one(&self.pool)
            .await?;
        Ok((people, count))
    }

    /// Somebody as a list of people has them.
    pub async fn person_row(&self, account: AccountId) -> sqlx::Result<Option<PersonRow>> {
        sqlx::query(
            "SELECT account, name, email, role, people.created_at, seen_at
             FROM people JOIN accounts ON id = account WHERE account = ?",
        )
        .bind(account.to_string())
        .fetch_optional(&self.pool)
        .await?
        .as_ref()
        .map(person_row)
        .transpose()
    }

    /// Whether somebody is a student, and came willingly into a class that `teacher` teaches.
    pub async fn teaches_student(
        &self,
        teacher: AccountId,
        student: AccountId,
    ) -> sqlx::Result<bool> {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM members AS theirs JOIN members AS mine ON mine.class = theirs.class
             JOIN people ON people.account = theirs.account
             WHERE mine.account = ? AND mine.role = 'instructor'
             AND theirs.account = ? AND theirs.role = 'student' AND theirs.entrusted
             AND people.role = 'student')",
        )
        .bind(teacher.to_string())
        .bind(student.to_string())
        .fetch_one(&self.pool)
        .await
    }

    /// Deletes guests who were last seen before that time and have no living lab session; gives how many.
    pub async fn delete_guests(&self, before: i64) -> sqlx::Result<u64> {
        let deleted = sqlx::query(
            "DELETE FROM accounts WHERE seen_at < ?
             AND NOT EXISTS (SELECT 1 FROM people WHERE account = accounts.id)
             AND NOT EXISTS (SELECT 1 FROM lab_sessions WHERE account = accounts.id AND ended_at IS NULL)",
        )
        .bind(before)
        .execute(&self.pool)
        .await?;
        Ok(deleted.rows_affected())
    }
}

#[cfg(test)]
mod tests;
