//! Which course there is which class here, and which link which assignment.

use sqlx::Row as _;
use url::Url;

use crate::ids::{AccountId, AssignmentId, ClassId, PlatformId};
use crate::store::{Store, id};

/// A person whom a platform sends, as it describes them.
#[derive(Debug, Clone, Copy)]
pub struct LtiPerson<'a> {
    /// Of the platform.
    pub issuer: &'a str,
    /// Their id there.
    pub subject: &'a str,
    /// Their name.
    pub name: &'a str,
    /// Their address.
    pub email: Option<&'a str>,
}

/// A link of a platform's course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LtiLink {
    /// The assignment behind it.
    pub assignment: AssignmentId,
    /// Where scores go.
    pub lineitem: Option<Url>,
}

impl Store {
    /// The class that a course of the platform is, for one course of ours.
    pub async fn lti_class(
        &self,
        platform: PlatformId,
        context: &str,
        course: &str,
    ) -> sqlx::Result<Option<ClassId>> {
        let class: Option<String> = sqlx::query_scalar(
            "SELECT class FROM lti_contexts WHERE platform = ? AND context = ? AND course = ?",
        )
        .bind(platform.to_string())
        .bind(context)
        .bind(course)
        .fetch_optional(&self.pool)
        .await?;
        class.as_deref().map(id).transpose()
    }

    /// Ties a course of the platform to a class; the first class counts. Gives the one that counts.
    pub async fn set_lti_class(
        &self,
        platform: PlatformId,
        context: &str,
        course: &str,
        class: ClassId,
    ) -> sqlx::Result<ClassId> {
        let class: String = sqlx::query_scalar(
            "INSERT INTO lti_contexts (platform, context, course, class) VALUES (?, ?, ?, ?) \
             ON CONFLICT DO UPDATE SET class = class RETURNING class",
        )
        .bind(platform.to_string())
        .bind(context)
        .bind(course)
        .bind(class.to_string())
        .fetch_one(&self.pool)
        .await?;
        id(&class)
    }

    /// Every class of a course of the platform, the oldest first.
    pub async fn lti_classes(
        &self,
        platform: PlatformId,
        context: &str,
    ) -> sqlx::Result<Vec<ClassId>> {
        let classes: Vec<String> = sqlx::query_scalar(
            "SELECT class FROM lti_contexts WHERE platform = ? AND context = ? ORDER BY class",
        )
        .bind(platform.to_string())
        .bind(context)
        .fetch_all(&self.pool)
        .await?;
        classes.iter().map(|class| id(class)).collect()
    }

    /// The link of that id.
    pub async fn lti_link(
        &self,
        platform: PlatformId,
        resource: &str,
    ) -> sqlx::Result<Option<LtiLink>> {
        let row = sqlx::query(
            "SELECT assignment, lineitem FROM lti_links WHERE platform = ? AND resource = ?",
        )
        .bind(platform.to_string())
        .bind(resource)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let lineitem: Option<&str> = row.try_get("lineitem")?;
        Ok(Some(LtiLink {
            assignment: id(row.try_get("assignment")?)?,
            lineitem: lineitem.and_then(|address| Url::parse(address).ok()),
        }))
    }

    /// Ties a link to an assignment. If scores go somewhere that they did not go before, every grade
    /// that there is already is to be told.
    pub async fn set_lti_link(
        &self,
        platform: PlatformId,
        resource: &str,
        link: &LtiLink,
    ) -> sqlx::Result<()> {
        if self.lti_link(platform, resource).await?.as_ref() == Some(link) {
            return Ok(());
        }
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query(
            "INSERT INTO lti_links (platform, resource, assignment, lineitem) VALUES (?, ?, ?, ?) \
             ON CONFLICT DO UPDATE SET assignment = excluded.assignment, lineitem = excluded.lineitem",
        )
        .bind(platform.to_string())
        .bind(resource)
        .bind(link.assignment.to_string())
        .bind(link.lineitem.as_ref().map(Url::as_str))
        .execute(&mut *transaction)
        .await?;
        sqlx::query("DELETE FROM lti_passbacks WHERE platform = ? AND resource = ?")
            .bind(platform.to_string())
            .bind(resource)
            .execute(&mut *transaction)
            .await?;
        if link.lineitem.is_some() {
            sqlx::query(
                "INSERT INTO lti_passbacks (platform, resource, account) \
                 SELECT ?, ?, account FROM grades WHERE assignment = ?",
            )
            .bind(platform.to_string())
            .bind(resource)
            .bind(link.assignment.to_string())
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await
    }

    /// Makes an account for somebody who comes for the first time. Their address is kept only if no
    /// account has it: a platform's word must not open somebody else's account.
    pub async fn create_lti_account(&self, person: LtiPerson<'_>) -> sqlx::Result<AccountId> {
        let (account, now) = (AccountId::fresh(), self.clock.seconds());
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let known: Option<String> =
            sqlx::query_scalar("SELECT account FROM identities WHERE issuer = ? AND subject = ?")
                .bind(person.issuer)
                .bind(person.subject)
                .fetch_optional(&mut *transaction)
                .await?;
        if let Some(known) = known {
            return id(&known);
        }
        sqlx::query("INSERT INTO accounts (id, created_at, seen_at) VALUES (?1, ?2, ?2)")
            .bind(account.to_string())
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO people (account, email, name, role, created_at) \
             VALUES (?1, CASE WHEN EXISTS (SELECT 1 FROM people WHERE email = ?2) THEN NULL ELSE ?2 END, ?3, 'student', ?4)",
        )
        .bind(account.to_string())
        .bind(person.email)
        .bind(person.name)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        sqlx::query("INSERT INTO identities (issuer, subject, account) VALUES (?, ?, ?)")
            .bind(person.issuer)
            .bind(person.subject)
            .bind(account.to_string())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::store::testing::store;

    #[tokio::test]
    async fn an_address_that_an_account_has_gives_another_account_without_it() {
        let (store, _folder) = store(Clock::fixed(7)).await;
        let person = |subject, email| LtiPerson {
            issuer: "https://a.example",
            subject,
            name: "Ada",
            email: Some(email),
        };
        let first = store
            .create_lti_account(person("1", "ada@a.example"))
            .await
            .unwrap();
        let again = store
            .create_lti_account(person("1", "x@a.example"))
            .await
            .unwrap();
        assert_eq!(first, again);
        let second = store
            .create_lti_account(person("2", "ADA@a.example"))
            .await
            .unwrap();
        assert_ne!(first, second);
        let emails: Vec<Option<String>> =
            sqlx::query_scalar("SELECT email FROM people ORDER BY account")
                .fetch_all(store.pool())
                .await
                .unwrap();
        assert_eq!(emails, [Some("ada@a.example".to_owned()), None]);
    }
}
