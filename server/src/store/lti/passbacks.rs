//! Scores to be told to platforms. Rows are made by triggers on `grades` and by new links.

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use url::Url;

use crate::ids::{AccountId, ClassId, PlatformId};
use crate::store::{Store, id};

/// A score to be told now.
#[derive(Debug, Clone, PartialEq)]
pub struct LtiPassback {
    /// The platform.
    pub platform: PlatformId,
    /// The link.
    pub resource: String,
    /// Whose score.
    pub account: AccountId,
    /// Which change of it.
    pub revision: i64,
    /// How often it was tried before.
    pub tries: u32,
    /// Since when it fails, in Unix seconds.
    pub failing_since: Option<i64>,
    /// Their id at the platform.
    pub subject: String,
    /// Where it goes.
    pub lineitem: Url,
    /// None while nothing is graded.
    pub score: Option<f64>,
    /// Of how many.
    pub max_score: f64,
}

/// How telling a score went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LtiSent {
    /// It was taken.
    Sent,
    /// Not yet; again at `at`, in Unix seconds.
    Again {
        /// When.
        at: i64,
        /// Why, for the instructor.
        fault: String,
    },
    /// Not, and not again by itself.
    Failed {
        /// Why, for the instructor.
        fault: String,
    },
}

/// A score that could not be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LtiFault {
    /// Name of the platform.
    pub platform: String,
    /// Whose.
    pub student: String,
    /// Kind and slug of the assignment.
    pub assignment: (String, String),
    /// What went wrong.
    pub fault: String,
    /// Since when, in Unix seconds.
    pub since: i64,
    /// Whether it is still tried.
    pub trying: bool,
}

impl LtiPassback {
    fn read(row: &SqliteRow) -> sqlx::Result<Self> {
        let lineitem: &str = row.try_get("lineitem")?;
        Ok(Self {
            platform: id(row.try_get("platform")?)?,
            resource: row.try_get("resource")?,
            account: id(row.try_get("account")?)?,
            revision: row.try_get("revision")?,
            tries: row.try_get("tries")?,
            failing_since: row.try_get("failing_since")?,
            subject: row.try_get("subject")?,
            lineitem: Url::parse(lineitem).map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            score: row.try_get("score")?,
            max_score: row.try_get("max_score")?,
        })
    }
}

impl Store {
    /// Takes up to `most` scores that are due, of students whom the platform knows; whoever takes one has
    /// `lease` seconds before it is due again.
    pub async fn take_lti_passbacks(
        &self,
        most: u32,
        lease: i64,
    ) -> sqlx::Result<Vec<LtiPassback>> {
        let now = self.clock.seconds();
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let rows = sqlx::query(
            "SELECT b.platform, b.resource, b.account, b.revision, b.tries, b.failing_since, l.lineitem, \
                    COALESCE(g.override_score, g.score) AS score, g.max_score, MIN(i.subject) AS subject \
             FROM lti_passbacks b \
             JOIN lti_links l ON l.platform = b.platform AND l.resource = b.resource \
             JOIN lti_platforms p ON p.id = b.platform \
             JOIN identities i ON i.issuer = p.issuer AND i.account = b.account \
             JOIN grades g ON g.assignment = l.assignment AND g.account = b.account \
             JOIN assignments a ON a.id = l.assignment \
             JOIN members m ON m.class = a.class AND m.account = b.account AND m.role = 'student' \
             WHERE b.state = 'pending' AND b.not_before <= ? AND l.lineitem IS NOT NULL \
             GROUP BY b.platform, b.resource, b.account \
             ORDER BY b.not_before LIMIT ?",
        )
        .bind(now)
        .bind(most)
        .fetch_all(&mut *transaction)
        .await?;
        let taken: Vec<_> = rows
            .iter()
            .map(LtiPassback::read)
            .collect::<Result<_, _>>()?;
        for row in &taken {
            sqlx::query("UPDATE lti_passbacks SET not_before = ? WHERE platform = ? AND resource = ? AND account = ?")
                .bind(now + lease)
                .bind(row.platform.to_string())
                .bind(&row.resource)
                .bind(row.account.to_string())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(taken)
    }

    /// Notes how it went, unless the grade has changed meanwhile: then it is due as it is.
    pub async fn finish_lti_passback(&self, row: &LtiPassback, sent: &LtiSent) -> sqlx::Result<()> {
        let now = self.clock.seconds();
        let (state, at, fault) = match sent {
            LtiSent::Sent => ("sent", 0, None),
            LtiSent::Again { at, fault } => ("pending", *at, Some(fault)),
            LtiSent::Failed { fault } => ("failed", 0, Some(fault)),
        };
        sqlx::query(
            "UPDATE lti_passbacks SET state = ?1, not_before = ?2, fault = ?3, tries = tries + 1, \
                 sent_at = CASE WHEN ?1 = 'sent' THEN ?4 ELSE sent_at END, \
                 failing_since = CASE WHEN ?3 IS NULL THEN NULL ELSE COALESCE(failing_since, ?4) END \
             WHERE platform = ?5 AND resource = ?6 AND account = ?7 AND revision = ?8",
        )
        .bind(state)
        .bind(at)
        .bind(fault)
        .bind(now)
        .bind(row.platform.to_string())
        .bind(&row.resource)
        .bind(row.account.to_string())
        .bind(row.revision)
        .execute(&self.pool)
        .await
        .map(drop)
    }

    /// How many scores of a class were told, and how many are on their way, of students whom a platform knows.
    pub async fn lti_told(&self, class: ClassId) -> sqlx::Result<(u32, u32)> {
        sqlx::query_as(
            "SELECT COUNT(*) FILTER (WHERE state = 'sent'), COUNT(*) FILTER (WHERE state = 'pending' AND EXISTS \
                 (SELECT 1 FROM identities i JOIN lti_platforms p ON p.issuer = i.issuer \
                  WHERE p.id = b.platform AND i.account = b.account)) \
             FROM lti_passbacks b JOIN lti_links l ON l.platform = b.platform AND l.resource = b.resource \
             JOIN assignments a ON a.id = l.assignment WHERE a.class = ?",
        )
        .bind(class.to_string())
        .fetch_one(&self.pool)
        .await
    }

    /// How many scores of a class could not be told.
    pub async fn lti_fault_count(&self, class: ClassId) -> sqlx::Result<u32> {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM assignments a JOIN lti_links l ON l.assignment = a.id \
             JOIN lti_passbacks b ON b.platform = l.platform AND b.resource = l.resource \
             WHERE a.class = ? AND b.fault IS NOT NULL",
        )
        .bind(class.to_string())
        .fetch_one(&self.pool)
        .await
    }

    /// Scores of a class that could not be told.
    pub async fn lti_faults(&self, class: ClassId) -> sqlx::Result<Vec<LtiFault>> {
        sqlx::query(
            "SELECT p.name AS platform, COALESCE(n.name, '') AS student, a.kind, a.slug, b.fault, b.failing_since, b.state \
             FROM lti_passbacks b \
             JOIN lti_links l ON l.platform = b.platform AND l.resource = b.resource \
             JOIN assignments a ON a.id = l.assignment \
             JOIN lti_platforms p ON p.id = b.platform \
             LEFT JOIN people n ON n.account = b.account \
             WHERE a.class = ? AND b.fault IS NOT NULL ORDER BY b.failing_since, student",
        )
        .bind(class.to_string())
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(|row| {
            Ok(LtiFault {
                platform: row.try_get("platform")?,
                student: row.try_get("student")?,
                assignment: (row.try_get("kind")?, row.try_get("slug")?),
                fault: row.try_get("fault")?,
                since: row.try_get::<Option<i64>, _>("failing_since")?.unwrap_or_default(),
                trying: row.try_get::<&str, _>("state")? == "pending",
            })
        })
        .collect()
    }

    /// How many scores are told, on their way, and given up, of everybody whom a platform sent.
    pub async fn lti_counts(&self, platform: PlatformId) -> sqlx::Result<[u32; 3]> {
        let row = sqlx::query(
            "SELECT COUNT(*) FILTER (WHERE state = 'sent') AS sent, COUNT(*) FILTER (WHERE state = 'pending') AS pending, \
                 COUNT(*) FILTER (WHERE state = 'failed') AS failed FROM lti_passbacks WHERE platform = ?",
        )
        .bind(platform.to_string())
        .fetch_one(&self.pool)
        .await?;
        Ok([
            row.try_get("sent")?,
            row.try_get("pending")?,
            row.try_get("failed")?,
        ])
    }

    /// Makes every score of a class that could not be told due again.
    pub async fn retry_lti_passbacks(&self, class: ClassId) -> sqlx::Result<u64> {
        let done = sqlx::query(
            "UPDATE lti_passbacks SET state = 'pending', tries = 0, not_before = 0, failing_since = NULL \
             WHERE fault IS NOT NULL AND (platform, resource) IN (SELECT l.platform, l.resource FROM lti_links l \
                 JOIN assignments a ON a.id = l.assignment WHERE a.class = ?)",
        )
        .bind(class.to_string())
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected())
    }
}
