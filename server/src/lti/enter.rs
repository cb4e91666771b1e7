//! From a launch and an account to the class, the assignment and the address.

use super::{Context, Item, ItemKind, Launch, Lti, Platform, Purpose, Rejection};
use crate::classes::rules::Terms;
use crate::content::Content;
use crate::ids::{AccountId, ClassId};
use crate::store::{AssignmentKind, LtiLink, MemberRole, NewClass, Refused, Store};

/// Longest title of a class that is made here, in characters.
const TITLE: usize = 100;

/// Why somebody cannot be let in.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The launch asks for something that is not there.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// A limit of ours is reached.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
}

impl Lti {
    /// Puts an account into the class of its launch, ties the link to its assignment, and gives the
    /// address to open.
    ///
    /// A class or an assignment that is not there yet is made for an instructor, and for everybody if
    /// the link was made by deep linking: then an instructor wanted it.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn enter(
        &self,
        store: &Store,
        content: &Content,
        platform: &Platform,
        launch: &Launch,
        account: AccountId,
    ) -> Result<String, Error> {
        let Purpose::Open {
            resource,
            item,
            deep_linked,
            lineitem,
        } = &launch.purpose
        else {
            return Ok("/".to_owned());
        };
        let role = if launch.instructor {
            MemberRole::Instructor
        } else {
            MemberRole::Student
        };
        let Some(item) = item else {
            return without_item(store, platform, launch, account, role).await;
        };
        if !exists(content, item) {
            return Err(Rejection::Claim(format!(
                "the link leads to `{item}`, which is in no course here"
            ))
            .into());
        }
        let Some(context) = &launch.context else {
            return Ok(item.path());
        };
        let may_make = launch.instructor || *deep_linked;
        // Two at once must not make two classes.
        let _one = self.entering.lock().await;
        let class = match store
            .lti_class(platform.id, &context.id, &item.course)
            .await?
        {
            Some(class) => class,
            None if may_make => make_class(store, platform, context, &item.course).await?,
            None => return Ok(item.path()),
        };
        join(store, class, account, role).await?;
        let kind = match item.kind {
            ItemKind::Lesson => AssignmentKind::Lesson,
            ItemKind::Quiz => AssignmentKind::Quiz,
            ItemKind::Lab => AssignmentKind::Lab,
        };
        let there = store.assignments(class).await?;
        let there = there
            .into_iter()
            .find(|row| row.kind == kind && row.slug == item.slug);
        let assignment = match there {
            Some(row) => Some(row.id),
            None if may_make => {
                let terms = Terms::default();
                let made = store.create_assignment(class, kind, &item.slug, &terms);
                Some(made.await?.id)
            }
            None => None,
        };
        if let Some(assignment) = assignment {
            let link = LtiLink {
                assignment,
                lineitem: lineitem.clone(),
            };
            store.set_lti_link(platform.id, resource, &link).await?;
        }
        Ok(item.path())
    }
}

/// A link that leads to nothing in particular leads to the class, if there is one.
async fn without_item(
    store: &Store,
    platform: &Platform,
    launch: &Launch,
    account: AccountId,
    role: MemberRole,
) -> Result<String, Error> {
    let Some(context) = &launch.context else {
        return Ok("/".to_owned());
    };
    let classes = store.lti_classes(platform.id, &context.id).await?;
    for class in &classes {
        join(store, *class, account, role).await?;
    }
    Ok(match classes[..] {
        [] => "/".to_owned(),
        [class] => format!("/classes/{class}"),
        _ => "/classes".to_owned(),
    })
}

async fn make_class(
    store: &Store,
    platform: &Platform,
    context: &Context,
    course: &str,
) -> Result<ClassId, Error> {
    let title: String = context.title.chars().take(TITLE).collect();
    let new = NewClass {
        course,
        title: &title,
        time_zone: "UTC",
    };
    let made = store.create_class(new, None).await?;
    Ok(store
        .set_lti_class(platform.id, &context.id, course, made.id)
        .await?)
}

/// Puts somebody into a class as what the platform says that they are.
async fn join(
    store: &Store,
    class: ClassId,
    account: AccountId,
    role: MemberRole,
) -> Result<(), Error> {
    if store.add_member(class, account, role).await? {
        return Ok(());
    }
    match store.set_member_roles(class, &[account], role).await {
        // Somebody has to be able to look after it until the platform sends another instructor.
        Ok(()) | Err(Refused::LastInstructor) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn exists(content: &Content, item: &Item) -> bool {
    match item.kind {
        ItemKind::Lab => content.lab(&item.course, &item.slug).is_some(),
        ItemKind::Lesson | ItemKind::Quiz => content.lesson(&item.course, &item.slug).is_some(),
    }
}
