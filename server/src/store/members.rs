//! Who is in a class.

use std::fmt;

use sqlx::Row as _;

use super::classes::Refused;
use super::{Store, id};
use crate::access::Role;
use crate::ids::{AccountId, ClassId};

/// Members of a class, instructors among them.
pub const MEMBERS: i64 = 2_000;

/// What somebody is in one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MemberRole {
    /// Teaches it.
    Instructor,
    /// Learns in it.
    Student,
}

impl MemberRole {
    /// The word that is stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Instructor => "instructor",
            Self::Student => "student",
        }
    }

    pub(super) fn read(word: &str) -> Self {
        match word {
            "instructor" => Self::Instructor,
            _ => Self::Student,
        }
    }
}

impl fmt::Display for MemberRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// How somebody comes into a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// Of their own will, or with an account that was made for the class: its instructors may help
    /// them with their password.
    Willingly,
    /// Put in by an instructor, who gains no right over the account by it.
    PutIn,
}

/// Somebody in a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRow {
    /// Who.
    pub account: AccountId,
    /// Shown name.
    pub name: String,
    /// What they sign in with, if they do so here.
    pub email: Option<String>,
    /// What they are in the class.
    pub role: MemberRole,
    /// What they may do anywhere.
    pub account_role: Role,
    /// Whether they have ever set a password or come through another system.
    pub can_sign_in: bool,
    /// Unix seconds.
    pub joined_at: i64,
    /// Whether the class's instructors may help them with their password.
    pub entrusted: bool,
}

impl Store {
    /// Lets somebody come into a class of their own will. Who is in it already stays what they are; gives whether they are new.
    ///
    /// # Errors
    /// [`Refused::Full`] when the class has [`MEMBERS`].
    pub async fn add_member(
        &self,
        class: ClassId,
        account: AccountId,
        role: MemberRole,
    ) -> Result<bool, Refused> {
        let willingly = [(account, Came::Willingly)];
        let added = self.add_members(class, &willingly, role).await?;
        Ok(added == 1)
    }

    /// Puts several into a class, all or none; gives how many are new.
    ///
    /// # Errors
    /// [`Refused::Full`] when the class would have more than [`MEMBERS`].
    pub async fn add_members(
        &self,
        class: ClassId,
        accounts: &[(AccountId, Came)],
        role: MemberRole,
    ) -> Result<u64, Refused> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let mut added = 0;
        for (account, came) in accounts {
            added += sqlx::query(
                "INSERT OR IGNORE INTO members (class, account, role, joined_at, entrusted) VALUES (?, ?, ?, ?, ?)",
            )
            .bind(class.to_string())
            .bind(account.to_string())
            .bind(role.word())
            .bind(self.clock.seconds())
            .bind(*came == Came::Willingly)
            .execute(&mut *tx)
            .await?
            .rows_affected();
        }
        let members: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM members WHERE class = ?")
            .bind(class.to_string())
            .fetch_one(&mut *tx)
            .await?;
        if added > 0 && members > MEMBERS {
            return Err(full());
        }
        tx.commit().await?;
        Ok(added)
    }

    /// Whether so many more people come into a class.
    ///
    /// # Errors
    /// [`Refused::Full`] when they do not.
    pub async fn room_for(&self, class: ClassId, more: usize) -> Result<(), Refused> {
        let members: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM members WHERE class = ?")
            .bind(class.to_string())
            .fetch_one(&self.pool)
            .await?;
        let more = i64::try_from(more).unwrap_or(i64::MAX);
        if members.saturating_add(more) > MEMBERS {
            return Err(full());
        }
        Ok(())
    }

    /// Makes members students or instructors of the class, all or none.
    ///
    /// # Errors
    /// [`Refused::LastInstructor`] when nobody would be left to teach it.
    pub async fn set_member_roles(
        &self,
        class: ClassId,
        accounts: &[AccountId],
        role: MemberRole,
    ) -> Result<(), Refused> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        for account in accounts {
            sqlx::query("UPDATE members SET role = ? WHERE class = ? AND account = ?")
                .bind(role.word())
                .bind(class.to_string())
                .bind(account.to_string())
                .execute(&mut *tx)
                .await?;
        }
        still_taught(&mut tx, class).await?;
        Ok(tx.commit().await?)
    }

    /// Takes members out of a class, all or none. What they did stays, for when they come back.
    ///
    /// # Errors
    /// [`Refused::LastInstructor`] when nobody would be left to teach it.
    pub async fn remove_members(
        &self,
        class: ClassId,
        accounts: &[AccountId],
    ) -> Result<(), Refused> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        for account in accounts {
            sqlx::query("DELETE FROM members WHERE class = ? AND account = ?")
                .bind(class.to_string())
                .bind(account.to_string())
                .execute(&mut *tx)
                .await?;
        }
        still_taught(&mut tx, class).await?;
        Ok(tx.commit().await?)
    }

    /// Everybody in a class: instructors first, then by name.
    pub async fn roster(&self, class: ClassId) -> sqlx::Result<Vec<MemberRow>> {
        sqlx::query(
            "SELECT members.account, members.role, joined_at, entrusted, name, email, people.role AS account_role,
                password IS NOT NULL OR EXISTS (SELECT 1 FROM identities WHERE identities.account = people.account)
                    AS can_sign_in
             FROM members JOIN people ON people.account = members.account
             WHERE class = ? ORDER BY members.role, name COLLATE NOCASE, members.account",
        )
        .bind(class.to_string())
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(|row| {
            Ok(MemberRow {
                account: id(row.try_get("account")?)?,
                name: row.try_get("name")?,
                email: row.try_get("email")?,
                role: MemberRole::read(row.try_get("role")?),
                account_role: Role::read(row.try_get("account_role")?).unwrap_or(Role::Student),
                can_sign_in: row.try_get("can_sign_in")?,
                joined_at: row.try_get("joined_at")?,
                entrusted: row.try_get("entrusted")?,
            })
        })
        .collect()
    }

    /// Names of who teaches a class.
    pub async fn instructors(&self, class: ClassId) -> sqlx::Result<Vec<String>> {
        sqlx::query_scalar(
            "SELECT name FROM members JOIN people ON people.account = members.account
             WHERE class = ? AND members.role = 'instructor' ORDER BY joined_at, name",
        )
        .bind(class.to_string())
        .fetch_all(&self.pool)
        .await
    }

    /// How many students a class has.
    pub async fn student_count(&self, class: ClassId) -> sqlx::Result<i64> {
        sqlx::query_scalar("SELECT COUNT(*) FROM members WHERE class = ? AND role = 'student'")
            .bind(class.to_string())
            .fetch_one(&self.pool)
            .await
    }

    /// The accounts behind addresses, those that have one, with their names and roles.
    pub async fn people_by_email(
        &self,
        emails: &[String],
    ) -> sqlx::Result<Vec<(String, AccountId, String)>> {
        let list =
            serde_json::to_string(emails).map_err(|error| sqlx::Error::Encode(error.into()))?;
        sqlx::query(
            "SELECT email, account, name FROM people WHERE email IN (SELECT value FROM json_each(?))",
        )
        .bind(list)
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(|row| Ok((row.try_get(0)?, id(row.try_get(1)?)?, row.try_get(2)?)))
        .collect()
    }
}

fn full() -> Refused {
    Refused::Full(format!(
        "A class can have {MEMBERS} people. A second class takes more."
    ))
}

async fn still_taught(tx: &mut sqlx::SqliteConnection, class: ClassId) -> Result<(), Refused> {
    let taught: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM members WHERE class = ? AND role = 'instructor')",
    )
    .bind(class.to_string())
    .fetch_one(tx)
    .await?;
    if taught {
        Ok(())
    } else {
        Err(Refused::LastInstructor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::store::NewClass;
    use crate::store::classes::CLASSES_EACH;
    use crate::store::testing::store;

    const NEW: NewClass<'_> = NewClass {
        course: "docker",
        title: "Containers, autumn",
        time_zone: "Europe/London",
    };

    async fn person(store: &Store, name: &str) -> AccountId {
        let account = store.create_guest().await.unwrap();
        sqlx::query("INSERT INTO people (account, email, name, role, created_at) VALUES (?, ?, ?, 'student', 0)")
            .bind(account.to_string())
            .bind(format!("{name}@example.edu"))
            .bind(name)
            .execute(store.pool())
            .await
            .unwrap();
        account
    }

    #[tokio::test]
    async fn joining_twice_changes_nothing() {
        let (store, _folder) = store(Clock::fixed(7)).await;
        let teacher = person(&store, "teacher").await;
        let class = store.create_class(NEW, Some(teacher)).await.unwrap().id;
        let student = person(&store, "ada").await;
        assert!(
            store
                .add_member(class, student, MemberRole::Student)
                .await
                .unwrap()
        );
        assert!(
            !store
                .add_member(class, student, MemberRole::Instructor)
                .await
                .unwrap()
        );
        let roster = store.roster(class).await.unwrap();
        let roles: Vec<_> = roster
            .iter()
            .map(|row| (row.name.as_str(), row.role))
            .collect();
        assert_eq!(
            roles,
            [
                ("teacher", MemberRole::Instructor),
                ("ada", MemberRole::Student)
            ]
        );
        assert_eq!(store.classes_of(student).await.unwrap()[0].students, 1);
    }

    #[tokio::test]
    async fn a_class_keeps_an_instructor() {
        let (store, _folder) = store(Clock::fixed(7)).await;
        let teacher = person(&store, "teacher").await;
        let class = store.create_class(NEW, Some(teacher)).await.unwrap().id;
        let removed = store.remove_members(class, &[teacher]).await;
        assert!(matches!(removed, Err(Refused::LastInstructor)));
        let role = store
            .set_member_roles(class, &[teacher], MemberRole::Student)
            .await;
        assert!(matches!(role, Err(Refused::LastInstructor)));
        let second = person(&store, "second").await;
        store
            .add_member(class, second, MemberRole::Instructor)
            .await
            .unwrap();
        store.remove_members(class, &[teacher]).await.unwrap();
        assert_eq!(store.roster(class).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_class_has_at_most_so_many_members_and_a_teacher_so_many_classes() {
        let (store, _folder) = store(Clock::fixed(7)).await;
        let teacher = person(&store, "teacher").await;
        let class = store.create_class(NEW, Some(teacher)).await.unwrap().id;
        sqlx::query(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
             INSERT INTO accounts (id, created_at, seen_at) SELECT 'a' || i, 0, 0 FROM n",
        )
        .bind(MEMBERS)
        .execute(store.pool())
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO members (class, account, role, joined_at) SELECT ?, id, 'student', 0 FROM accounts WHERE id LIKE 'a%' LIMIT ?",
        )
        .bind(class.to_string())
        .bind(MEMBERS - 1)
        .execute(store.pool())
        .await
        .unwrap();
        let late = person(&store, "late").await;
        let refused = store.add_member(class, late, MemberRole::Student).await;
        assert!(matches!(refused, Err(Refused::Full(_))));
        assert!(store.classes_of(late).await.unwrap().is_empty());
        for _ in 1..CLASSES_EACH {
            store.create_class(NEW, Some(teacher)).await.unwrap();
        }
        let refused = store.create_class(NEW, Some(teacher)).await;
        assert!(matches!(refused, Err(Refused::Full(_))));
    }

    #[tokio::test]
    async fn only_who_came_willingly_is_in_the_hands_of_the_instructors() {
        let (store, _folder) = store(Clock::fixed(5)).await;
        let teacher = person(&store, "teacher").await;
        let (joined, put_in) = (person(&store, "joined").await, person(&store, "put").await);
        let class = store.create_class(NEW, Some(teacher)).await.unwrap().id;
        let role = MemberRole::Student;
        store.add_member(class, joined, role).await.unwrap();
        let put = [(put_in, Came::PutIn)];
        store.add_members(class, &put, role).await.unwrap();
        assert!(store.teaches_student(teacher, joined).await.unwrap());
        assert!(!store.teaches_student(teacher, put_in).await.unwrap());
    }
}
