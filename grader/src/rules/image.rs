//! Checks of kind `image`.

use drydock_course::check::{ImageRule, Text};

use super::common::{environment, labels, named, text, there_are};
use crate::engine::{Image, with_protocol};
use crate::finding::{Demands, Finding};
use crate::look::{Look, Stop};
use crate::probe::{absolute, image_paths};
use crate::reference::Reference;
use crate::size;
use crate::text::holds;
use crate::words::{code, count, name, names, nearest};

const LIST: &str = "`docker images` lists the images that are there.";

pub(super) fn subject(rule: &ImageRule) -> String {
    let reference = name(&Reference::parse(&rule.reference).familiar());
    match rule.exists {
        Some(false) => format!("No image {reference}"),
        _ => format!("Image {reference}"),
    }
}

pub(super) fn judge(rule: &ImageRule, look: &Look<'_>) -> Result<Finding, Stop> {
    let images = look.images()?;
    let image = images.iter().find(|image| image.is(&rule.reference));
    let Some(image) = image else {
        if rule.exists == Some(false) {
            let gone = format!("Image {} is not there.", title(&rule.reference));
            return Ok(Finding::new(true, subject(rule), gone));
        }
        let demands = 1 + usize::from(image_paths(rule).is_some());
        return Ok(
            Finding::new(false, subject(rule), not_found(&rule.reference, &images))
                .look_at(LIST)
                .out_of(1 + demands),
        );
    };
    if rule.exists == Some(false) {
        return Ok(still_there(rule, image, look));
    }
    let mut demands = Demands::default();
    limits(rule, image, &mut demands)?;
    config(rule, image, &images, &mut demands)?;
    base(rule, image, &images, &mut demands);
    if demands.all_met() {
        paths(rule, look, &mut demands)?;
    }
    let there = format!(
        "{} is there: {}, {}.",
        name(&image.title()),
        size::print(image.size),
        count(image.layers.len(), "layer")
    );
    let inspect = format!(
        "`docker image inspect {}` shows how it is configured.",
        Reference::parse(&rule.reference).familiar()
    );
    Ok(demands.finish(&subject(rule), there, &inspect))
}

/// An image as the check names it, tag included.
fn title(reference: &str) -> String {
    name(&Reference::parse(reference).familiar())
}

/// "Image `hello:v1` was not found", with what is there in its place.
pub(super) fn not_found(reference: &str, images: &[Image]) -> String {
    let wanted = Reference::parse(reference);
    let found = format!("Image {} was not found.", name(&wanted.familiar()));
    let there: Vec<Reference> = images.iter().flat_map(Image::names).collect();
    let printed = |all: Vec<&Reference>| -> Vec<String> {
        let mut all: Vec<String> = all
            .into_iter()
            .filter(|r| r.tag().is_some())
            .map(Reference::familiar)
            .collect();
        all.dedup();
        all
    };
    let flag = format!("`-t {}`", wanted.familiar());

    let same_name = printed(
        there
            .iter()
            .filter(|r| r.repository() == wanted.repository())
            .collect(),
    );
    if let [only] = same_name.as_slice() {
        return if only.ends_with(":latest") {
            format!("{found} There is {}: was {flag} left out?", name(only))
        } else {
            format!("{found} There is {}, which has another tag.", name(only))
        };
    }
    if !same_name.is_empty() {
        return format!("{found} {}", there_are("image", &same_name));
    }
    let same_last = printed(
        there
            .iter()
            .filter(|r| r.last_part() == wanted.last_part() && r.tag() == wanted.tag())
            .collect(),
    );
    if let [first, ..] = same_last.as_slice() {
        return format!(
            "{found} There is {}: the part before the last `/` differs.",
            name(first)
        );
    }
    let all = printed(there.iter().collect());
    if let Some(near) = nearest(&wanted.familiar(), &all) {
        return format!("{found} There is {}: is the name misspelt?", name(near));
    }
    let repositories: Vec<String> = there.iter().map(Reference::repository).collect();
    if let Some(near) = nearest(&wanted.repository(), &repositories) {
        let near = printed(there.iter().filter(|r| r.repository() == near).collect());
        return format!(
            "{found} {} Is the name misspelt?",
            there_are("image", &near)
        );
    }
    let nameless = images
        .iter()
        .filter(|image| image.names().next().is_none())
        .max_by(|a, b| a.created.cmp(&b.created));
    if let Some(nameless) = nameless {
        return format!(
            "{found} There is an image without a name, {}: was {flag} left out?",
            name(&nameless.title())
        );
    }
    format!("{found} No image has a name like it.")
}

fn still_there(rule: &ImageRule, image: &Image, look: &Look<'_>) -> Finding {
    let users: Vec<String> = look
        .known_containers()
        .iter()
        .filter(|container| container.image == image.id)
        .map(crate::engine::Container::title)
        .collect();
    let found = format!("Image {} is still there.", title(&rule.reference));
    let found = match users.len() {
        0 => found,
        1 => format!("{found} Container {} was made from it.", names(&users)),
        _ => format!("{found} Containers {} were made from it.", names(&users)),
    };
    Finding::new(false, subject(rule), found).look_at(
        "`docker rmi` removes an image, once no container made from it is left (`docker ps -a`).",
    )
}

fn limits(rule: &ImageRule, image: &Image, demands: &mut Demands) -> Result<(), Stop> {
    let history = format!(
        "`docker image history {}` shows what each layer adds.",
        Reference::parse(&rule.reference).familiar()
    );
    if let Some(text) = &rule.max_size {
        let most = size::parse(text)
            .ok_or_else(|| Stop::Broken(format!("{} is not a size such as `200MB`", code(text))))?;
        demands.add(
            format!("a size of at most {}", size::print(most)),
            image.size <= most,
            || {
                let (is, over) = (image.size, image.size - most);
                format!(
                    "Its size is {}: {} too much.",
                    size::print(is),
                    size::print(over)
                )
            },
        );
        demands.advise(history.clone());
    }
    if let Some(most) = rule.max_layers {
        let layers = image.layers.len();
        demands.add(
            format!("at most {}", count(most as usize, "layer")),
            layers <= most as usize,
            || format!("It has {}.", count(layers, "layer")),
        );
        demands.advise(history);
    }
    Ok(())
}

fn config(
    rule: &ImageRule,
    image: &Image,
    images: &[Image],
    demands: &mut Demands,
) -> Result<(), Stop> {
    if let Some(demand) = &rule.user {
        text(demands, "user", demand, &users(&image.user), || {
            match (image.user.as_str(), is_root(&image.user)) {
                ("", _) => {
                    "Its user is not set, which means `root`: is a `USER` instruction missing?"
                        .to_owned()
                }
                ("root", _) | (_, false) => format!("Its user is {}.", code(&image.user)),
                (_, true) => format!("Its user is {}, which is `root`.", code(&image.user)),
            }
        })?;
    }
    if let Some(demand) = &rule.cmd {
        process(
            demands,
            demand,
            ("CMD", &image.cmd),
            ("ENTRYPOINT", &image.entrypoint),
            inherited(image, images, |image| &image.cmd),
        )?;
    }
    if let Some(demand) = &rule.entrypoint {
        process(
            demands,
            demand,
            ("ENTRYPOINT", &image.entrypoint),
            ("CMD", &image.cmd),
            inherited(image, images, |image| &image.entrypoint),
        )?;
    }
    if let Some(demand) = &rule.workdir {
        let workdir = match image.workdir.trim_end_matches('/') {
            "" => "/",
            other => other,
        };
        let ways = [workdir.to_owned(), image.workdir.clone()];
        text(demands, "working directory", demand, &ways, || {
            if image.workdir.is_empty() {
                "Its working directory is not set, which means `/`: is a `WORKDIR` instruction missing?"
                    .to_owned()
            } else {
                format!("Its working directory is {}.", code(&image.workdir))
            }
        })?;
    }
    let variables = environment(&image.env);
    named(demands, "environment variable", &rule.env, &variables)?;
    for port in &rule.exposes {
        let port = with_protocol(port);
        let there: Vec<String> = image.exposed.iter().map(|p| with_protocol(p)).collect();
        demands.add(
            format!("port {} exposed", name(&port)),
            there.contains(&port),
            || match there.as_slice() {
                [] => "It exposes no port: is an `EXPOSE` instruction missing?".to_owned(),
                _ => format!("It exposes {}.", names(&there)),
            },
        );
    }
    named(demands, "label", &rule.labels, &labels(&image.labels))
}

/// The ways to write a user: as it is, without its group, and `root` if it is that.
fn users(user: &str) -> Vec<String> {
    let alone = user.split(':').next().unwrap_or_default();
    let mut ways = vec![user.to_owned(), alone.to_owned()];
    if is_root(user) {
        ways.push("root".to_owned());
    }
    ways
}

fn is_root(user: &str) -> bool {
    let alone = user.split(':').next().unwrap_or_default().trim();
    alone.is_empty() || alone == "root" || alone.parse() == Ok(0_u64)
}

/// A demand on `CMD` or `ENTRYPOINT`; `other` is the one that it is often taken for.
fn process(
    demands: &mut Demands,
    demand: &Text,
    (instruction, words): (&str, &[String]),
    (other, other_words): (&str, &[String]),
    inherited_from: Option<String>,
) -> Result<(), Stop> {
    let line = words.join(" ");
    let shell = match words {
        [shell, c, rest] if shell.ends_with("sh") && c == "-c" => Some(rest.clone()),
        _ => None,
    };
    let would_hold = |text: &str| holds(demand, &[text]);
    let in_shell = match &shell {
        Some(rest) => would_hold(rest)?,
        None => false,
    };
    let swapped = would_hold(&other_words.join(" "))?;
    text(
        demands,
        &format!("`{instruction}`"),
        demand,
        std::slice::from_ref(&line),
        || match (&shell, inherited_from) {
            (Some(rest), _) if in_shell => format!(
                "Its `{instruction}` is in shell form, {}: in exec form, a JSON list, no shell stands in between.",
                code(rest)
            ),
            (_, Some(base)) if !words.is_empty() => format!(
                "Its `{instruction}` is {}, that of {}: is a `{instruction}` instruction missing?",
                code(&line),
                name(&base)
            ),
            _ if swapped && !other_words.is_empty() => format!(
                "{} is its `{other}`, not its `{instruction}`.",
                code(&other_words.join(" "))
            ),
            _ if words.is_empty() => format!("It has no `{instruction}`."),
            _ => format!("Its `{instruction}` is {}.", code(&line)),
        },
    )
}

/// The image below this one that has the same value, if there is one.
fn inherited(
    image: &Image,
    images: &[Image],
    value: impl Fn(&Image) -> &Vec<String>,
) -> Option<String> {
    images
        .iter()
        .filter(|base| {
            base.layers.len() < image.layers.len()
                && image.builds_on(base)
                && base.names().next().is_some()
                && value(base) == value(image)
        })
        .min_by_key(|base| base.layers.len())
        .map(Image::title)
}

fn base(rule: &ImageRule, image: &Image, images: &[Image], demands: &mut Demands) {
    let Some(wanted) = &rule.based_on else {
        return;
    };
    let base = images.iter().find(|image| image.is(wanted));
    let met = base.is_some_and(|base| image.builds_on(base));
    demands.add(format!("{} as its base", title(wanted)), met, || {
        if base.is_none() {
            return format!(
                "{} is not in this engine, so there is nothing to compare its layers with; a reset of the lab brings it back.",
                title(wanted)
            );
        }
        let other = images
            .iter()
            .filter(|other| {
                other.id != image.id && image.builds_on(other) && other.names().next().is_some()
            })
            .max_by_key(|other| other.layers.len());
        match other {
            Some(other) => format!("It was built on {}.", name(&other.title())),
            None => format!("Its layers do not begin with those of {}.", title(wanted)),
        }
    });
    demands.advise("The `FROM` line of the last stage names the base.");
}

fn paths(rule: &ImageRule, look: &Look<'_>, demands: &mut Demands) -> Result<(), Stop> {
    let Some(probe) = image_paths(rule) else {
        return Ok(());
    };
    let there = look.image_paths(&probe)?;
    let is_there = |path: &str| there.get(&absolute(path)).copied();
    let list = format!(
        "`docker run --rm {} ls` with a folder lists what is in it, if it has `ls`.",
        Reference::parse(&rule.reference).familiar()
    );
    for path in &rule.contains {
        let met = is_there(path) == Some(true);
        demands.add(format!("{} in it", code(path)), met, || {
            format!("There is no {} in it.", code(path))
        });
        demands.advise(list.clone());
    }
    for path in &rule.lacks {
        let met = is_there(path) != Some(true);
        demands.add(format!("no {} in it", code(path)), met, || {
            format!("{} is in it.", code(path))
        });
        demands.advise(list.clone());
    }
    Ok(())
}
