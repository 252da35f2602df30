//! Answers of several kinds: the machinery behind the `answers!` tables.

/// How an enum of answers is told by status, read and written, a line an answer. What is looked for first
/// stands first.
///
/// ```text
/// answers! {
///     GetPetError = failures();                          // or `successes()`
///     NotFound = json(404, "application/json");          // one status: the variant holds the body
///     Gone = empty(410);                                 // the variant holds nothing
///     ServerError = any_json(500, 599, "application/json"); // several: status and body
/// }
/// ```
///
/// Bodies are `json`, `text` or `bytes`; `any_…` takes the first and the last status.
#[allow(unused_macros, reason = "not every API has one")]
macro_rules! answers {
    ($ty:ident = $role:ident(); $($variant:ident = $kind:ident($($argument:literal),* $(,)?);)*) => {
        #[cfg(feature = "client")]
        impl<E> $crate::support::client::FromReply<E> for $ty {
            fn from_reply(
                reply: $crate::support::client::Reply,
            ) -> ::core::result::Result<Self, $crate::support::client::Error<E>> {
                $(
                    if $crate::support::answer::answer!(@covers $kind, reply.status(), $($argument),*) {
                        return $crate::support::answer::answer!(@read $kind, reply, Self::$variant);
                    }
                )*
                ::core::result::Result::Err(reply.undeclared())
            }
        }

        #[cfg(feature = "server")]
        impl $crate::support::server::IntoReply for $ty {
            fn into_reply(
                self,
            ) -> ::core::result::Result<$crate::support::server::Response, $crate::support::server::Rejection> {
                match self {
                    $(
                        $crate::support::answer::answer!(@pattern $kind, Self::$variant, status, body) => {
                            $crate::support::answer::answer!(@write $kind, status, body, $($argument),*)
                        }
                    )*
                }
            }
        }

        $crate::support::answer::answer! { @role $role, $ty, $($variant = $kind($($argument),*);)* }
    };
}
#[allow(unused_imports, reason = "not every API has one")]
pub(crate) use answers;

/// The parts of [`answers!`] that depend on the kind of an answer.
#[allow(unused_macros, reason = "not every API has one")]
macro_rules! answer {
    (@role successes, $ty:ident, $($rows:tt)*) => {};
    (@role failures, $ty:ident, $($variant:ident = $kind:ident($($argument:literal),*);)*) => {
        impl $crate::support::operation::ApiError for $ty {
            #[allow(unused_variables, reason = "what a variant holds")]
            fn status(&self) -> ::http::StatusCode {
                match self {
                    $(
                        $crate::support::answer::answer!(@pattern $kind, Self::$variant, status, body) => {
                            $crate::support::answer::answer!(@status $kind, *status, $($argument),*)
                        }
                    )*
                }
            }

            #[allow(unused_variables, reason = "what a variant holds")]
            fn json(&self) -> ::core::option::Option<::serde_json::Value> {
                match self {
                    $(
                        $crate::support::answer::answer!(@pattern $kind, Self::$variant, status, body) => {
                            $crate::support::answer::answer!(@json $kind, body)
                        }
                    )*
                }
            }
        }

        impl ::core::fmt::Display for $ty {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::support::operation::ApiError::status(self).fmt(f)
            }
        }

        impl ::std::error::Error for $ty {}
    };

    (@covers any_empty, $code:expr, $first:literal, $last:literal) => { ($first..=$last).contains(&$code) };
    (@covers any_json, $code:expr, $first:literal, $last:literal, $type:literal) => { ($first..=$last).contains(&$code) };
    (@covers any_text, $code:expr, $first:literal, $last:literal, $type:literal) => { ($first..=$last).contains(&$code) };
    (@covers any_bytes, $code:expr, $first:literal, $last:literal, $type:literal) => { ($first..=$last).contains(&$code) };
    (@covers $kind:ident, $code:expr, $status:literal $(, $type:literal)?) => { $code == $status };

    (@pattern empty, $variant:path, $status:ident, $body:ident) => { $variant };
    (@pattern any_empty, $variant:path, $status:ident, $body:ident) => { $variant($status) };
    (@pattern any_json, $variant:path, $status:ident, $body:ident) => { $variant($status, $body) };
    (@pattern any_text, $variant:path, $status:ident, $body:ident) => { $variant($status, $body) };
    (@pattern any_bytes, $variant:path, $status:ident, $body:ident) => { $variant($status, $body) };
    (@pattern $kind:ident, $variant:path, $status:ident, $body:ident) => { $variant($body) };

    (@read empty, $reply:ident, $variant:path) => { ::core::result::Result::Ok($variant) };
    (@read any_empty, $reply:ident, $variant:path) => { ::core::result::Result::Ok($variant($reply.status_code())) };
    (@read any_json, $reply:ident, $variant:path) => { $crate::support::answer::answer!(@read_any json, $reply, $variant) };
    (@read any_text, $reply:ident, $variant:path) => { $crate::support::answer::answer!(@read_any text, $reply, $variant) };
    (@read any_bytes, $reply:ident, $variant:path) => { $crate::support::answer::answer!(@read_any bytes, $reply, $variant) };
    (@read $kind:ident, $reply:ident, $variant:path) => { $reply.$kind().map($variant) };
    (@read_any $kind:ident, $reply:ident, $variant:path) => {{
        let status = $reply.status_code();
        $reply.$kind().map(|body| $variant(status, body))
    }};

    (@json json, $body:expr) => { ::serde_json::to_value($body).ok() };
    (@json any_json, $body:expr) => { ::serde_json::to_value($body).ok() };
    (@json $kind:ident, $body:expr) => { ::core::option::Option::None };

    (@status any_empty, $status:expr, $first:literal, $last:literal) => { $status };
    (@status any_json, $status:expr, $first:literal, $last:literal, $type:literal) => { $status };
    (@status any_text, $status:expr, $first:literal, $last:literal, $type:literal) => { $status };
    (@status any_bytes, $status:expr, $first:literal, $last:literal, $type:literal) => { $status };
    (@status $kind:ident, $status:expr, $code:literal $(, $type:literal)?) => {
        const { $crate::support::operation::status($code) }
    };

    (@write empty, $status:ident, $body:ident, $code:literal) => {
        $crate::support::server::reply::empty($crate::support::operation::status($code))
    };
    (@write any_empty, $status:ident, $body:ident, $first:literal, $last:literal) => {
        $crate::support::server::reply::empty($crate::support::server::reply::within($status, $first..=$last)?)
    };
    (@write any_json, $status:ident, $body:ident, $first:literal, $last:literal, $type:literal) => {
        $crate::support::server::reply::json($crate::support::server::reply::within($status, $first..=$last)?, $type, &$body)
    };
    (@write any_text, $status:ident, $body:ident, $first:literal, $last:literal, $type:literal) => {
        $crate::support::server::reply::text($crate::support::server::reply::within($status, $first..=$last)?, $type, $body)
    };
    (@write any_bytes, $status:ident, $body:ident, $first:literal, $last:literal, $type:literal) => {
        $crate::support::server::reply::bytes($crate::support::server::reply::within($status, $first..=$last)?, $type, $body)
    };
    (@write json, $status:ident, $body:ident, $code:literal, $type:literal) => {
        $crate::support::server::reply::json($crate::support::operation::status($code), $type, &$body)
    };
    (@write $kind:ident, $status:ident, $body:ident, $code:literal, $type:literal) => {
        $crate::support::server::reply::$kind($crate::support::operation::status($code), $type, $body)
    };
}
#[allow(unused_imports, reason = "not every API has one")]
pub(crate) use answer;
