//! What a verified message asks for, as far as it concerns us.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::Url;

use super::fetch;
use super::message::{Claims, Named};
use super::platform::Registration;
use super::rejection::Rejection;

const MEMBERSHIP: &str = "http://purl.imsglobal.org/vocab/lis/v2/membership";
const SCORE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/score";
/// Longest name, title or id that is kept, in characters.
const TEXT: usize = 300;
/// Name of the custom parameter that says what a link is of: `KIND/COURSE/SLUG`.
pub const CUSTOM: &str = "drydock_item";

/// What a link can lead to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What of it counts.
    pub kind: ItemKind,
    /// Slug of the course.
    pub course: String,
    /// Slug of the lesson or lab.
    pub slug: String,
}

/// What of a lesson or lab counts. The words are those of the table `assignments`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemKind {
    /// A lesson, read to the end.
    Lesson,
    /// The questions of a lesson.
    Quiz,
    /// A lab, submitted and graded.
    Lab,
}

impl ItemKind {
    /// The word for it in the database and in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lesson => "lesson",
            Self::Quiz => "quiz",
            Self::Lab => "lab",
        }
    }
}

impl Item {
    /// Its address on this site.
    pub fn path(&self) -> String {
        let folder = match self.kind {
            ItemKind::Lab => "labs",
            ItemKind::Lesson | ItemKind::Quiz => "lessons",
        };
        format!("/courses/{}/{folder}/{}", self.course, self.slug)
    }

    /// The item at an address of this site: a lab or a lesson.
    pub fn at(url: &Url) -> Option<Self> {
        let parts: Vec<_> = url.path_segments()?.collect();
        let (kind, course, slug) = match parts[..] {
            ["courses", course, "labs", slug] => (ItemKind::Lab, course, slug),
            ["courses", course, "lessons", slug] => (ItemKind::Lesson, course, slug),
            _ => return None,
        };
        Some(Self {
            kind,
            course: course.to_owned(),
            slug: slug.to_owned(),
        })
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.kind.word(), self.course, self.slug)
    }
}

impl FromStr for Item {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('/');
        let kind = match parts.next() {
            Some("lesson") => ItemKind::Lesson,
            Some("quiz") => ItemKind::Quiz,
            Some("lab") => ItemKind::Lab,
            _ => return Err(()),
        };
        match (parts.next(), parts.next(), parts.next()) {
            (Some(course), Some(slug), None) if !course.is_empty() && !slug.is_empty() => {
                Ok(Self {
                    kind,
                    course: course.to_owned(),
                    slug: slug.to_owned(),
                })
            }
            _ => Err(()),
        }
    }
}

/// Somebody who is sent here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Launch {
    /// Their id at the platform.
    pub subject: String,
    /// Their name, if the platform tells it.
    pub name: Option<String>,
    /// Their address, if the platform tells it.
    pub email: Option<String>,
    /// Whether they teach the course there.
    pub instructor: bool,
    /// The course there.
    pub context: Option<Context>,
    /// What they are sent for.
    pub purpose: Purpose,
    /// Origins whose pages may frame what we show inside the platform.
    pub origins: BTreeSet<String>,
}

/// A course of the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// Its id there.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// What somebody is sent for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// To open a link.
    Open {
        /// The link's id there.
        resource: String,
        /// What it leads to. None: to no item of a course.
        item: Option<Item>,
        /// Whether we made the link, by deep linking: an instructor chose it.
        deep_linked: bool,
        /// Where scores go.
        lineitem: Option<Url>,
    },
    /// To pick what a link shall lead to.
    Pick {
        /// Where the answer goes.
        return_url: Url,
        /// To be sent back as it is.
        data: Option<serde_json::Value>,
        /// Whether several may be picked.
        multiple: bool,
        /// Whether it takes a column for scores with each.
        lineitem: bool,
    },
}

impl Launch {
    /// Reads a verified message. `site` is our own origin.
    ///
    /// # Errors
    /// When it asks for something that we do not do, or a claim makes no sense.
    pub fn read(claims: Claims, platform: &Registration, site: &Url) -> Result<Self, Rejection> {
        let subject = claims
            .sub
            .as_deref()
            .filter(|subject| !subject.is_empty() && subject.len() <= TEXT)
            .ok_or(Rejection::Anonymous)?
            .to_owned();
        let mut origins = platform.origins();
        let purpose = match claims.message_type.as_deref() {
            Some("LtiResourceLinkRequest") => {
                let back = claims.presentation.as_ref();
                let back = back.and_then(|shown| fetch::address(shown.return_url.as_deref()?).ok());
                origins.extend(back.map(|url| url.origin().ascii_serialization()));
                open(&claims, platform, site)?
            }
            Some("LtiDeepLinkingRequest") => {
                let purpose = pick(&claims)?;
                if let Purpose::Pick { return_url, .. } = &purpose {
                    origins.insert(return_url.origin().ascii_serialization());
                }
                purpose
            }
            other => return Err(Rejection::MessageType(other.unwrap_or("(none)").to_owned())),
        };
        let name = claims.name.clone().or_else(|| {
            let parts = [&claims.given_name, &claims.family_name];
            let parts: Vec<_> = parts.into_iter().flatten().map(String::as_str).collect();
            Some(parts.join(" "))
        });
        Ok(Self {
            subject,
            name: name.map(|name| line(&name)).filter(|name| !name.is_empty()),
            email: claims.email.filter(|email| {
                email.len() <= 254 && email.contains('@') && !email.contains(char::is_whitespace)
            }),
            instructor: claims.roles.iter().any(|role| teaches(role)),
            context: claims.context.map(context).transpose()?,
            purpose,
            origins,
        })
    }
}

fn open(claims: &Claims, platform: &Registration, site: &Url) -> Result<Purpose, Rejection> {
    let target = claims
        .target
        .as_deref()
        .ok_or_else(|| Rejection::Claim("`target_link_uri` is missing".into()))?;
    let target = own(target, site)?;
    let resource = claims.resource.as_ref().map(|link| link.id.clone());
    let resource = resource
        .filter(|id| !id.is_empty() && id.len() <= TEXT)
        .ok_or_else(|| Rejection::Claim("the link has no id".into()))?;
    let custom = claims.custom.get(CUSTOM).and_then(|value| value.as_str());
    let custom = custom
        .map(|text| {
            text.parse::<Item>()
                .map_err(|()| Rejection::Claim(format!("`{CUSTOM}` is not KIND/COURSE/ITEM")))
        })
        .transpose()?;
    let lineitem = claims
        .grades
        .as_ref()
        .filter(|grades| grades.scope.iter().any(|scope| scope == SCORE))
        .and_then(|grades| grades.lineitem.as_deref())
        .filter(|address| !address.is_empty())
        .map(|address| {
            platform
                .service(address)
                .map_err(|why| Rejection::Claim(format!("the address for scores is wrong: {why}")))
        })
        .transpose()?;
    Ok(Purpose::Open {
        resource,
        deep_linked: custom.is_some(),
        item: custom.or_else(|| Item::at(&target)),
        lineitem,
    })
}

fn pick(claims: &Claims) -> Result<Purpose, Rejection> {
    let wrong = |what: &str| Rejection::Claim(what.to_owned());
    let settings = claims
        .deep_linking
        .as_ref()
        .ok_or_else(|| wrong("the settings of deep linking are missing"))?;
    if !claims.roles.iter().any(|role| teaches(role)) {
        return Err(wrong(
            "your role is not that of a teacher, and only teachers pick content",
        ));
    }
    if !settings
        .accept_types
        .iter()
        .any(|kind| kind == "ltiResourceLink")
    {
        return Err(wrong(
            "links (`ltiResourceLink`) are not among what the platform takes",
        ));
    }
    let return_url = fetch::address(&settings.deep_link_return_url)
        .map_err(|why| Rejection::Claim(format!("the address to return to is wrong: {why}")))?;
    Ok(Purpose::Pick {
        return_url,
        data: settings.data.clone(),
        multiple: settings.accept_multiple.unwrap_or(false),
        lineitem: settings.accept_lineitem.unwrap_or(true),
    })
}

/// An address that must be ours.
///
/// # Errors
/// When it is another's.
pub fn own(target: &str, site: &Url) -> Result<Url, Rejection> {
    Url::parse(target)
        .ok()
        .filter(|url| url.origin() == site.origin())
        .ok_or_else(|| Rejection::ForeignTarget(target.chars().take(TEXT).collect()))
}

/// Whether a role is to teach the course that the launch comes from: roles of the whole institution or
/// system give nothing here.
fn teaches(role: &str) -> bool {
    let Some(role) = role.strip_prefix(MEMBERSHIP) else {
        // For roles in the course a platform may use the bare word.
        return matches!(role, "Instructor" | "ContentDeveloper" | "Administrator");
    };
    // `#Instructor`, or a sub-role such as `/Instructor#TeachingAssistant`.
    let role = role.trim_start_matches(['#', '/']);
    let principal = role.split('#').next().unwrap_or_default();
    matches!(
        principal,
        "Instructor" | "ContentDeveloper" | "Administrator"
    )
}

fn context(named: Named) -> Result<Context, Rejection> {
    if named.id.is_empty() || named.id.len() > TEXT {
        return Err(Rejection::Claim("the course has no id".into()));
    }
    let title = [named.title, named.label].into_iter().flatten();
    let mut titles = title
        .map(|title| line(&title))
        .filter(|title| !title.is_empty());
    Ok(Context {
        title: titles.next().unwrap_or_else(|| "Course".to_owned()),
        id: named.id,
    })
}

/// A text on one line, of bounded length.
fn line(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(TEXT)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_roles_in_the_course_teach() {
        for role in [
            "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor",
            "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant",
            "http://purl.imsglobal.org/vocab/lis/v2/membership#ContentDeveloper",
            "http://purl.imsglobal.org/vocab/lis/v2/membership#Administrator",
            "Instructor",
        ] {
            assert!(teaches(role), "{role}");
        }
        for role in [
            "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner",
            "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor",
            "http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator",
            "http://purl.imsglobal.org/vocab/lis/v2/membershipX#Instructor",
            "Learner",
            "",
        ] {
            assert!(!teaches(role), "{role}");
        }
    }

    #[test]
    fn an_item_is_read_from_its_name_and_from_its_address() {
        let lab: Item = "lab/docker/layer-caching".parse().unwrap();
        assert_eq!(lab.to_string(), "lab/docker/layer-caching");
        let url = |path: &str| Url::parse("https://a.example").unwrap().join(path).unwrap();
        assert_eq!(Item::at(&url(&lab.path())), Some(lab));
        let quiz: Item = "quiz/docker/layers".parse().unwrap();
        assert_eq!(quiz.path(), "/courses/docker/lessons/layers");
        for bad in [
            "",
            "lab",
            "lab/docker",
            "lab//x",
            "exam/docker/x",
            "lab/a/b/c",
        ] {
            assert!(bad.parse::<Item>().is_err(), "{bad}");
        }
        assert_eq!(Item::at(&url("/courses/docker")), None);
        assert_eq!(Item::at(&url("/lti/launch")), None);
    }

    #[test]
    fn a_target_is_ours_by_its_origin() {
        let site = Url::parse("https://drydock.example").unwrap();
        assert!(own("https://drydock.example/courses/docker/labs/x", &site).is_ok());
        for foreign in [
            "http://drydock.example/",
            "https://drydock.example.evil.example/",
            "https://drydock.example:444/",
            "https://evil.example/?https://drydock.example",
            "//drydock.example/",
            "javascript:alert(1)",
        ] {
            assert!(own(foreign, &site).is_err(), "{foreign}");
        }
    }
}
