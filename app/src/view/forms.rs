//! Forms as data: drawn the same everywhere, and again with what was typed when something is wrong.

/// A form that is posted.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// Where it is posted to.
    pub action: String,
    /// What is asked for.
    pub fields: Vec<Field>,
    /// What the button says.
    pub submit: String,
    /// What is wrong with the form as a whole.
    pub problem: Option<String>,
    /// Whether the button destroys something.
    pub danger: bool,
    /// Whether a file is sent with it.
    pub upload: bool,
}

impl Form {
    /// A form with a button and no fields yet.
    #[must_use]
    pub fn new(action: impl Into<String>, submit: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            submit: submit.into(),
            ..Self::default()
        }
    }

    /// Adds a field.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.upload |= matches!(field.kind, FieldKind::File { .. });
        self.fields.push(field);
        self
    }

    /// Says what is wrong with the form as a whole.
    #[must_use]
    pub fn problem(mut self, problem: Option<String>) -> Self {
        self.problem = problem;
        self
    }

    /// Marks the button as one that destroys something.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    /// Whether anything is wrong: such a form is sent with status 422.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        self.problem.is_some() || self.fields.iter().any(|field| field.error.is_some())
    }
}

/// One thing that a form asks for.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// Its name in the form.
    pub name: &'static str,
    /// What it is called.
    pub label: String,
    /// How it is asked for.
    pub kind: FieldKind,
    /// What stands in it. Never a password.
    pub value: String,
    /// What is wrong with it, and what to do.
    pub error: Option<String>,
    /// What to know before typing.
    pub help: Option<String>,
    /// What browsers may fill in, such as `email` or `new-password`.
    pub autocomplete: Option<&'static str>,
    /// Whether it may be left out.
    pub optional: bool,
}

/// How a thing is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum FieldKind {
    /// A line of text.
    #[default]
    Text,
    /// An e-mail address.
    Email,
    /// A password: never filled in by us.
    Password,
    /// A whole number.
    Number {
        /// Least.
        min: i64,
        /// Most.
        max: i64,
    },
    /// A day and a time of day, without a zone: say which one it is.
    DateTime,
    /// One of these: value and what is shown.
    Choice(Vec<(String, String)>),
    /// Several lines.
    Long {
        /// How many lines are shown.
        rows: u8,
    },
    /// Yes (`on`) or no.
    Tick,
    /// A file.
    File {
        /// Such as `.csv`.
        accept: &'static str,
    },
    /// Not shown.
    Hidden,
}

impl Field {
    /// A field that must be filled in.
    #[must_use]
    pub fn new(name: &'static str, label: impl Into<String>, kind: FieldKind) -> Self {
        Self {
            name,
            label: label.into(),
            kind,
            ..Self::default()
        }
    }

    /// What stands in it.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// What is wrong with it.
    #[must_use]
    pub fn error(mut self, error: Option<String>) -> Self {
        self.error = error;
        self
    }

    /// What to know before typing.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What browsers may fill in.
    #[must_use]
    pub fn autocomplete(mut self, autocomplete: &'static str) -> Self {
        self.autocomplete = Some(autocomplete);
        self
    }

    /// It may be left out.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }
}
