//! A teacher picks what a link shall lead to. It happens inside the platform's page, where browsers
//! leave out our session's cookie: what is picked rests on the ticket of the signed message alone.

use axum::extract::{RawForm, State};
use axum::response::Response;
use drydock_app::view::{PickCourse, PickItem, PickPage, ReturnPage};
use drydock_course::model::{self, Block, Lesson};
use http::HeaderMap;

use super::{Sent, Trouble, framed, parameter, refuse, same_browser, site};
use crate::access::Viewer;
use crate::app::App;
use crate::content::Content;
use crate::http::pages::PageError;
use crate::lti::deep_linking::{Answer, Picked};
use crate::lti::{Item, ItemKind, Launch, Platform, Purpose, Rejection, keys};
use crate::store::LtiTicket;

/// What tells a quiz from its lesson in the platform's course.
const QUIZ: &str = "Quiz: ";
/// Most that can be picked at once.
const MOST: usize = 100;

/// Draws what can be picked.
pub(super) fn show(
    app: &App,
    viewer: &Viewer,
    platform: &Platform,
    launch: &Launch,
    ticket: &str,
    problem: Option<String>,
) -> Result<Response, PageError> {
    let Purpose::Pick { multiple, .. } = launch.purpose else {
        return Err(PageError::missing("There is nothing to pick"));
    };
    let page = PickPage {
        platform: platform.registration.name.clone(),
        ticket: ticket.to_owned(),
        multiple,
        courses: courses(&app.content.now()),
        problem,
    };
    let html = drydock_app::pages::pick_content(&app.shell(viewer), page);
    Ok(framed(html, &launch.origins, None))
}

/// `POST /lti/deep-link`.
pub async fn send(
    State(app): State<App>,
    viewer: Viewer,
    headers: HeaderMap,
    RawForm(form): RawForm,
) -> Result<Response, PageError> {
    let mut sent = Sent::new();
    let mut picked = Vec::new();
    for (name, value) in url::form_urlencoded::parse(&form) {
        match &*name {
            "item" => picked.push(value.into_owned()),
            _ => drop(sent.insert(name.into_owned(), value.into_owned())),
        }
    }
    let (ticket, platform) = match find(&app, &headers, &sent).await {
        Ok(found) => found,
        Err(trouble) => return refuse(&app, &viewer, None, trouble),
    };
    match answer(&app, &viewer, &headers, &sent, &picked, &ticket, &platform).await {
        Ok(response) => Ok(response),
        Err(trouble) => refuse(&app, &viewer, Some(&platform.registration), trouble),
    }
}

async fn find(
    app: &App,
    headers: &HeaderMap,
    sent: &Sent,
) -> Result<(LtiTicket, Platform), Trouble> {
    let ticket = app.store.lti_ticket(parameter(sent, "ticket")?).await?;
    let ticket = ticket.ok_or(Rejection::State)?;
    same_browser(headers, ticket.browser.as_ref())?;
    let platform = app.store.platform(ticket.platform).await?;
    Ok((ticket, platform.ok_or(Rejection::State)?))
}

async fn answer(
    app: &App,
    viewer: &Viewer,
    headers: &HeaderMap,
    sent: &Sent,
    picked: &[String],
    ticket: &LtiTicket,
    platform: &Platform,
) -> Result<Response, Trouble> {
    let secret = parameter(sent, "ticket")?;
    let Purpose::Pick {
        return_url,
        data,
        multiple,
        lineitem,
    } = &ticket.launch.purpose
    else {
        return Err(Rejection::State.into());
    };
    let content = app.content.now();
    let found: Vec<_> = picked
        .iter()
        .filter_map(|text| describe(&content, text.parse().ok()?))
        .collect();
    let most = if *multiple { MOST } else { 1 };
    if found.is_empty() || found.len() != picked.len() || found.len() > most {
        let problem = match found.len() {
            0 => "Pick something first.".to_owned(),
            count if count > most => format!("Pick {most} at most."),
            _ => "Something that you picked is no longer in the course. Pick again.".to_owned(),
        };
        let launch = &ticket.launch;
        let again = show(app, viewer, platform, launch, secret, Some(problem));
        return again.map_err(|_| Rejection::State.into());
    }
    // Used up: a second post of the same page makes no second link.
    let taken = app.store.take_lti_ticket(secret).await?;
    taken.ok_or(Rejection::State)?;
    let site = site(app, headers)?;
    let answer = Answer {
        platform: &platform.registration,
        data: data.as_ref(),
        lineitem: *lineitem,
        site: &site,
        now: app.clock.seconds(),
    };
    let key = keys::current(&app.store).await?;
    let page = ReturnPage {
        platform: platform.registration.name.clone(),
        action: return_url.to_string(),
        token: keys::sign(&key, &answer.claims(&found)?)?,
    };
    let html = drydock_app::pages::return_content(&app.shell(viewer), page);
    let to = return_url.origin().ascii_serialization();
    Ok(framed(html, &ticket.launch.origins, Some(&to)))
}

/// The title of an item, if there is one.
pub(super) fn title(content: &Content, item: &Item) -> Option<String> {
    describe(content, item.clone()).map(|found| found.title)
}

/// What a link says of an item, if there is one.
fn describe(content: &Content, item: Item) -> Option<Picked> {
    let (title, summary, points) = match item.kind {
        ItemKind::Lab => {
            let (_, _, lab) = content.lab(&item.course, &item.slug)?;
            (&lab.title, &lab.summary, lab_points(lab))
        }
        ItemKind::Lesson => {
            let (_, _, lesson) = content.lesson(&item.course, &item.slug)?;
            (&lesson.title, &lesson.summary, 1.0)
        }
        ItemKind::Quiz => {
            let (_, _, lesson) = content.lesson(&item.course, &item.slug)?;
            let questions = questions(lesson);
            if questions == 0 {
                return None;
            }
            (&lesson.title, &lesson.summary, f64::from(questions))
        }
    };
    let title = match item.kind {
        ItemKind::Quiz => format!("{QUIZ}{title}"),
        _ => title.clone(),
    };
    Some(Picked {
        item,
        title,
        summary: summary.clone(),
        points,
    })
}

fn lab_points(lab: &model::Lab) -> f64 {
    let points: f64 = lab.checks().map(|check| f64::from(check.points)).sum();
    points.max(1.0)
}

fn questions(lesson: &Lesson) -> u32 {
    let quizzes = lesson.blocks.iter();
    let count = quizzes
        .filter(|block| matches!(block, Block::Quiz(_)))
        .count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn courses(content: &Content) -> Vec<PickCourse> {
    let courses = content.library.courses.iter();
    courses
        .map(|course| PickCourse {
            title: course.title.clone(),
            modules: course
                .modules
                .iter()
                .map(|module| {
                    let items = module.items.iter();
                    let items = items.flat_map(|item| choices(content, &course.slug, item));
                    (module.title.clone(), items.collect())
                })
                .collect(),
        })
        .collect()
}

fn choices(content: &Content, course: &str, item: &model::Item) -> Vec<PickItem> {
    let (slug, kinds): (_, &[ItemKind]) = match item {
        model::Item::Lesson(lesson) => (&lesson.slug, &[ItemKind::Lesson, ItemKind::Quiz]),
        model::Item::Lab(lab) => (&lab.slug, &[ItemKind::Lab]),
    };
    let choice = |kind: &ItemKind| {
        let item = Item {
            kind: *kind,
            course: course.to_owned(),
            slug: slug.clone(),
        };
        let value = item.to_string();
        let found = describe(content, item)?;
        Some(PickItem {
            value,
            kind: match kind {
                ItemKind::Lesson => "Lesson",
                ItemKind::Quiz => "Quiz",
                ItemKind::Lab => "Lab",
            },
            points: match (kind, found.points) {
                (ItemKind::Lesson, _) => String::new(),
                (_, 1.0) => "1 point".to_owned(),
                (_, points) => format!("{points} points"),
            },
            // Its kind stands before it.
            title: found.title.replacen(QUIZ, "", 1),
        })
    };
    kinds.iter().filter_map(choice).collect()
}
