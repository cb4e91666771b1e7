//! Why a launch is refused, in words for the person who clicked.

/// Why a launch is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// A parameter that every platform must send is not there, or is too long.
    #[error("The platform's request lacks `{0}`, or what stands there is too long.")]
    Parameter(&'static str),
    /// No such issuer and client id are registered.
    #[error("No platform with the issuer {issuer}{} is registered here.", client(.client_id.as_deref()))]
    UnknownPlatform {
        /// `iss` of the request.
        issuer: String,
        /// `client_id` of the request.
        client_id: Option<String>,
    },
    /// Several are registered and the request does not say which.
    #[error(
        "Several platforms with this issuer are registered here, and the request names no client id."
    )]
    Ambiguous,
    /// The link's target is not ours.
    #[error("The link leads to another address than this Drydock's: {0}")]
    ForeignTarget(String),
    /// The platform says no.
    #[error("The platform refused the launch: {0}")]
    Platform(String),
    /// The state was never given out, is used up or too old.
    #[error("This launch took longer than ten minutes, or it was used before.")]
    State,
    /// The browser did not bring back its cookie.
    #[error(
        "This launch was begun in another browser, or the browser did not keep a cookie of this launch."
    )]
    Browser,
    /// Not a JSON Web Token with the claims of LTI.
    #[error("The platform's message cannot be read: {0}")]
    Malformed(String),
    /// Signed by an algorithm that we do not take.
    #[error("The platform's message is not signed with RS256, RS384 or RS512.")]
    Algorithm,
    /// The platform's keys cannot be had.
    #[error("The platform's public keys cannot be fetched: {0}.")]
    Keys(String),
    /// Signed by a key that the platform does not publish.
    #[error("The platform's message is signed with a key that the platform does not publish.")]
    UnknownKey,
    /// The signature is wrong.
    #[error("The signature of the platform's message is wrong.")]
    Signature,
    /// Of another issuer.
    #[error("The message comes from another issuer than the platform that was asked.")]
    Issuer,
    /// For another tool.
    #[error("The message is meant for another tool: its audience is not our client id.")]
    Audience,
    /// An answer to another request.
    #[error("The message answers another launch than the one that was begun here.")]
    Nonce,
    /// Too old.
    #[error(
        "The message has expired. The platform's clock and this server's differ, or it took too long."
    )]
    Expired,
    /// Of the future.
    #[error("The message is dated in the future: the platform's clock and this server's differ.")]
    Future,
    /// Of an installation that is not registered.
    #[error("The message comes from deployment {0}, which is not registered here.")]
    Deployment(String),
    /// Not LTI 1.3.
    #[error("The message is not of LTI version 1.3.0.")]
    Version,
    /// Neither a link nor deep linking.
    #[error("Messages of the kind {0} are not taken here.")]
    MessageType(String),
    /// Nobody is named.
    #[error("The platform does not say who you are.")]
    Anonymous,
    /// A claim has no sense.
    #[error("In the platform's message, {0}.")]
    Claim(String),
}

fn client(id: Option<&str>) -> String {
    id.map(|id| format!(" and the client id {id}"))
        .unwrap_or_default()
}

impl Rejection {
    /// What to do, and whom to tell.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::State => "Go back to your course and open the link again.",
            Self::Browser => {
                "Go back to your course and open the link again, in this browser and in a new window. If it happens \
                 again, allow cookies for this site."
            }
            Self::ForeignTarget(_) | Self::MessageType(_) | Self::Claim(_) => {
                "Tell your teacher: the link in the course has to be made anew."
            }
            Self::Anonymous => {
                "Tell your teacher: in the platform's settings for this tool, its administrator has to let the \
                 platform tell who launches."
            }
            Self::Platform(_) => {
                "Make sure that you are signed in there and open the link again. If it happens again, tell your \
                 teacher what stands here."
            }
            Self::Keys(_) | Self::Expired => {
                "Go back to your course and open the link again. If it happens again, tell whoever runs this Drydock \
                 what stands here."
            }
            _ => {
                "Tell your teacher or whoever runs this Drydock what stands here: the platform's settings for this \
                 tool and its registration here (the page Platforms) do not fit together."
            }
        }
    }
}
