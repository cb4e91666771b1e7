//! Whether a rule can mean something: every value is held against what the engine could ever show,
//! so that an author's slip is found here and not by a learner.

use indexmap::IndexMap;

use super::values::{self, Wrong};
use crate::check::{
    AnswerRule, ContainerRule, ExecRule, FileRule, ImageRule, NetworkRule, RebuildRule, Rule,
    RunRule, Text, TextHow, VolumeRule,
};
use crate::problem::Problem;
use crate::source::Source;
use crate::yaml::Node;

const STATES: &[&str] = &[
    "created",
    "running",
    "paused",
    "restarting",
    "removing",
    "exited",
    "dead",
];
const RESTARTS: &[&str] = &["no", "always", "on-failure", "unless-stopped"];
const HEALTHS: &[&str] = &["healthy", "unhealthy", "starting", "none"];
const MOUNTS: &[&str] = &["volume", "bind", "tmpfs"];

/// An image that a check names.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ImageUse {
    /// Line and column.
    pub place: (u32, u32),
    /// The reference as written.
    pub image: String,
}

/// Checks a rule; `node` is the mapping of its kind to its demands.
pub(crate) fn check(
    source: &Source,
    rule: &Rule,
    node: &Node,
    problems: &mut Vec<Problem>,
    images: &mut Vec<ImageUse>,
) {
    Judge {
        source,
        problems,
        images,
    }
    .rule(rule, node, true);
}

struct Judge<'a> {
    source: &'a Source,
    problems: &'a mut Vec<Problem>,
    images: &'a mut Vec<ImageUse>,
}

impl Judge<'_> {
    fn rule(&mut self, rule: &Rule, node: &Node, outermost: bool) {
        let (kind, demands) = match node.entries() {
            [(key, value)] => (key.name.as_str(), value),
            _ => return,
        };
        match rule {
            Rule::Image(rule) => self.image(rule, demands),
            Rule::Container(rule) => self.container(rule, demands),
            Rule::Volume(rule) => self.volume(rule, demands),
            Rule::Network(rule) => self.network(rule, demands),
            Rule::File(rule) => self.file(rule, demands),
            Rule::Run(rule) => self.run(rule, demands),
            Rule::Exec(rule) => self.exec(rule, demands),
            Rule::Rebuild(rule) => self.rebuild(rule, demands),
            Rule::Answer(rule) if outermost => self.answer(rule, demands),
            Rule::Answer(_) => self.error(
                demands.at,
                "an `answer` stands inside another rule",
                "it asks the learner something: give it a check of its own",
            ),
            Rule::All(rules) | Rule::Any(rules) => {
                if rules.len() < 2 {
                    self.error(
                        demands.at,
                        format!("`{kind}` has {} rules, expected at least two", rules.len()),
                        "write the rule without it",
                    );
                }
                for (rule, node) in rules.iter().zip(demands.items()) {
                    self.rule(rule, node, false);
                }
            }
            Rule::Not(rule) => self.rule(rule, demands, false),
        }
    }

    fn image(&mut self, rule: &ImageRule, node: &Node) {
        self.subject("image", "ref", &rule.reference, node, values::image);
        self.gone(rule.exists, &["ref", "exists"], node);
        if let Some(size) = &rule.max_size {
            self.value(node.place_of("max_size"), values::size(size));
        }
        for (key, text) in [
            ("user", &rule.user),
            ("cmd", &rule.cmd),
            ("entrypoint", &rule.entrypoint),
            ("workdir", &rule.workdir),
        ] {
            self.text(text.as_ref(), node.place_of(key));
        }
        self.texts(&rule.env, node, "env");
        self.texts(&rule.labels, node, "labels");
        self.each(&rule.exposes, node, "exposes", values::exposed_port);
        self.each(&rule.contains, node, "contains", values::container_path);
        self.each(&rule.lacks, node, "lacks", values::container_path);
        if let Some(base) = &rule.based_on {
            self.uses(base, node.place_of("based_on"));
        }
    }

    fn container(&mut self, rule: &ContainerRule, node: &Node) {
        self.some_demand("container", "name", node);
        self.gone(rule.exists, &["name", "image", "state", "exists"], node);
        match &rule.name {
            Some(Text::Is(name)) => self.value(
                node.place_of("name"),
                values::object_name("container", name),
            ),
            name => self.text(name.as_ref(), node.place_of("name")),
        }
        if let Some(image) = &rule.image {
            self.uses(image, node.place_of("image"));
        }
        for (key, value, words) in [
            ("state", &rule.state, STATES),
            ("restart", &rule.restart, RESTARTS),
            ("health", &rule.health, HEALTHS),
        ] {
            if let Some(word) = value {
                self.value(node.place_of(key), values::one_of(word, words));
            }
        }
        self.exit_code(rule.exit_code, node);
        self.text(rule.command.as_ref(), node.place_of("command"));
        self.text(rule.logs.as_ref(), node.place_of("logs"));
        self.texts(&rule.env, node, "env");
        self.each(&rule.ports, node, "ports", values::published_port);
        self.each(&rule.networks, node, "networks", |name| {
            values::object_name("network", name)
        });
        for (mount, item) in rule
            .mounts
            .iter()
            .zip(node.get("mounts").map_or(&[][..], Node::items))
        {
            if let Some(kind) = &mount.kind {
                self.value(item.place_of("type"), values::one_of(kind, MOUNTS));
            }
            if let Some(target) = &mount.target {
                self.value(item.place_of("target"), values::container_path(target));
            }
            self.text(mount.source.as_ref(), item.place_of("source"));
            self.some_demand("mount", "target", item);
        }
        if rule.count.is_some() && rule.exists.is_some() {
            self.error(
                node.place_of("count"),
                "`count` and `exists` say the same thing twice",
                "keep one of them",
            );
        }
    }

    fn volume(&mut self, rule: &VolumeRule, node: &Node) {
        self.subject("volume", "name", &rule.name, node, |name| {
            values::object_name("volume", name)
        });
        self.gone(rule.exists, &["name", "exists"], node);
        self.texts(&rule.labels, node, "labels");
        self.texts(&rule.files, node, "files");
        for (key, _) in node.get("files").map_or(&[][..], Node::entries) {
            if !crate::markdown::is_clean_path(&key.name) {
                let message = format!("`{}` is not a path in a volume", key.name);
                self.error(
                    key.at,
                    message,
                    "write it from the volume's root, without a `/` before it",
                );
            }
        }
    }

    fn network(&mut self, rule: &NetworkRule, node: &Node) {
        self.subject("network", "name", &rule.name, node, |name| {
            values::object_name("network", name)
        });
        self.gone(rule.exists, &["name", "exists"], node);
        self.each(&rule.containers, node, "containers", |name| {
            values::object_name("container", name)
        });
    }

    fn file(&mut self, rule: &FileRule, node: &Node) {
        self.subject("file", "path", &rule.path, node, values::home_path);
        self.gone(rule.exists, &["path", "exists"], node);
        self.text(rule.text.as_ref(), node.place_of("text"));
    }

    fn run(&mut self, rule: &RunRule, node: &Node) {
        self.subject("run", "image", &rule.image, node, values::image);
        self.note_image(&rule.image, node.place_of("image"));
        self.output(
            rule.exit_code,
            rule.stdout.as_ref(),
            rule.stderr.as_ref(),
            rule.timeout,
            60,
            node,
        );
        self.each(&rule.volumes, node, "volumes", |volume| {
            match volume.split_once(':') {
                Some((name, path)) => {
                    values::object_name("volume", name).or_else(|| values::container_path(path))
                }
                None => Some((
                    format!("`{volume}` is not a mount of a volume"),
                    "write `name:/path`".into(),
                )),
            }
        });
    }

    fn exec(&mut self, rule: &ExecRule, node: &Node) {
        self.subject("exec", "command", rule.command.trim(), node, |_| None);
        self.output(
            rule.exit_code,
            rule.stdout.as_ref(),
            rule.stderr.as_ref(),
            rule.timeout,
            60,
            node,
        );
    }

    fn rebuild(&mut self, rule: &RebuildRule, node: &Node) {
        if let Some(context) = rule.context.as_deref().filter(|context| *context != ".") {
            self.value(node.place_of("context"), values::home_path(context));
        }
        if let Some(dockerfile) = &rule.dockerfile {
            self.value(node.place_of("dockerfile"), values::home_path(dockerfile));
        }
        self.each(&rule.touch, node, "touch", values::home_path);
        self.each(&rule.cached, node, "cached", values::glob);
        self.each(&rule.rerun, node, "rerun", values::glob);
        if rule.cached.is_empty() && rule.rerun.is_empty() {
            self.error(
                node.at,
                "this `rebuild` demands nothing of the second build",
                "add `cached:` or `rerun:` with globs over steps, such as `RUN pip install*`",
            );
        }
        self.seconds(rule.timeout, 300, node);
    }

    fn answer(&mut self, rule: &AnswerRule, node: &Node) {
        self.subject("answer", "question", rule.question.trim(), node, |_| None);
        let accept = node.place_of("accept");
        if rule.accept.is_empty() {
            self.error(
                accept,
                "no answer is accepted",
                "list the right answers under `accept:`",
            );
        }
        for (index, text) in rule.accept.iter().enumerate() {
            let at = node.place_in("accept", index);
            self.text(Some(text), at);
            match text {
                Text::Is(text) if text.trim().is_empty() => {
                    self.error(at, "an empty answer would be accepted", "write the answer");
                }
                Text::Is(text) if !rule.choices.is_empty() && !rule.choices.contains(text) => {
                    let choices: Vec<&str> = rule.choices.iter().map(String::as_str).collect();
                    let message = format!("the accepted answer `{text}` is none of the choices");
                    self.error(at, message, crate::problem::suggest(text, &choices));
                }
                _ => {}
            }
        }
        if rule.choices.len() == 1 || rule.choices.len() > 8 {
            let message = format!("an answer has 2 to 8 choices, found {}", rule.choices.len());
            self.error(
                node.place_of("choices"),
                message,
                "add or remove some; without any, a text field is shown",
            );
        }
        let accepted = |text: &String| {
            rule.accept
                .iter()
                .any(|accept| !matches!(accept, Text::Is(is) if is != text))
        };
        for (index, choice) in rule.choices.iter().enumerate() {
            let at = node.place_in("choices", index);
            if rule.choices[..index].contains(choice) {
                self.error(
                    at,
                    "this choice is given twice",
                    "change or remove one of them",
                );
            } else if !accepted(choice) && !rule.wrong.contains_key(choice) {
                self.warning(
                    at,
                    "this wrong choice does not explain itself",
                    "add it under `wrong:` and say what a learner who picks it has misunderstood",
                );
            }
        }
        for (key, _) in node.get("wrong").map_or(&[][..], Node::entries) {
            if !rule.choices.is_empty() && !rule.choices.contains(&key.name) {
                let choices: Vec<&str> = rule.choices.iter().map(String::as_str).collect();
                let message = format!("`{}` is none of the choices", key.name);
                self.error(
                    key.at,
                    message,
                    crate::problem::suggest(&key.name, &choices),
                );
            } else if rule
                .accept
                .iter()
                .any(|text| matches!(text, Text::Is(is) if *is == key.name))
            {
                self.error(
                    key.at,
                    "this answer is both accepted and wrong",
                    "remove one of them",
                );
            }
        }
    }

    fn output(
        &mut self,
        exit_code: Option<i64>,
        stdout: Option<&Text>,
        stderr: Option<&Text>,
        timeout: Option<u32>,
        most: u32,
        node: &Node,
    ) {
        self.exit_code(exit_code, node);
        self.text(stdout, node.place_of("stdout"));
        self.text(stderr, node.place_of("stderr"));
        self.seconds(timeout, most, node);
    }

    fn seconds(&mut self, timeout: Option<u32>, most: u32, node: &Node) {
        if timeout.is_some_and(|seconds| !(1..=most).contains(&seconds)) {
            self.error(
                node.place_of("timeout"),
                format!("`timeout` goes from 1 to {most} seconds"),
                "a check that takes long keeps its learner waiting",
            );
        }
    }

    fn exit_code(&mut self, code: Option<i64>, node: &Node) {
        if code.is_some_and(|code| !(0..=255).contains(&code)) {
            self.error(
                node.place_of("exit_code"),
                "an exit code goes from 0 to 255",
                "0 is success",
            );
        }
    }

    /// What a rule is about: without it, it would look at nothing.
    fn subject(
        &mut self,
        kind: &str,
        key: &str,
        value: &str,
        node: &Node,
        judge: impl Fn(&str) -> Wrong,
    ) {
        if node.get(key).is_none() || value.is_empty() {
            self.error(
                node.at,
                format!("this `{kind}` has no `{key}`"),
                format!("add `{key}:`"),
            );
        } else {
            self.value(node.place_of(key), judge(value));
        }
    }

    fn some_demand(&mut self, kind: &str, key: &str, node: &Node) {
        if node.entries().is_empty() {
            self.error(
                node.at,
                format!("this `{kind}` demands nothing"),
                format!("add `{key}:` or another key"),
            );
        }
    }

    /// What must be gone has no properties to look at.
    fn gone(&mut self, exists: Option<bool>, subjects: &[&str], node: &Node) {
        if exists != Some(false) {
            return;
        }
        if let Some((key, _)) = node
            .entries()
            .iter()
            .find(|(key, _)| !subjects.contains(&key.name.as_str()))
        {
            let message = format!("`{}` is asked of something that must not exist", key.name);
            self.error(key.at, message, "remove it, or `exists: false`");
        }
    }

    fn uses(&mut self, image: &str, at: usize) {
        self.value(at, values::image(image));
        self.note_image(image, at);
    }

    fn note_image(&mut self, image: &str, at: usize) {
        if !image.is_empty() {
            self.images.push(ImageUse {
                place: self.source.place(at),
                image: image.to_owned(),
            });
        }
    }

    fn each(&mut self, items: &[String], node: &Node, key: &str, judge: impl Fn(&str) -> Wrong) {
        for (index, item) in items.iter().enumerate() {
            self.value(node.place_in(key, index), judge(item));
        }
    }

    fn texts(&mut self, texts: &IndexMap<String, Text>, node: &Node, key: &str) {
        let entries = node.get(key).unwrap_or(node);
        for (name, text) in texts {
            self.text(Some(text), entries.place_of(name));
        }
    }

    fn text(&mut self, text: Option<&Text>, at: usize) {
        match text {
            Some(Text::How(TextHow::Matches(pattern))) => self.value(at, values::glob(pattern)),
            Some(Text::How(TextHow::Regex(pattern))) => self.value(at, values::regex(pattern)),
            Some(Text::How(TextHow::Contains(part))) if part.is_empty() => {
                self.error(
                    at,
                    "every text contains the empty text",
                    "write what must be in it",
                );
            }
            Some(Text::How(TextHow::Not(inner))) => self.text(Some(inner), at),
            _ => {}
        }
    }

    /// Reports a value that is wrong.
    fn value(&mut self, at: usize, wrong: Wrong) {
        if let Some((message, help)) = wrong {
            self.error(at, message, help);
        }
    }

    fn error(&mut self, at: usize, message: impl Into<String>, help: impl Into<String>) {
        self.problems
            .push(self.source.error(at, message).help(help));
    }

    fn warning(&mut self, at: usize, message: impl Into<String>, help: impl Into<String>) {
        self.problems
            .push(self.source.warning(at, message).help(help));
    }
}
