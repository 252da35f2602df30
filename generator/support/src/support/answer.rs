//! Answers: the machinery behind the `answers!` tables.

/// How answers are told by status, read and written, a line an answer. What is looked for first stands first.
///
/// ```text
/// answers! {
///     GetPetError = failures();                              // an enum; or `successes()`
///     NotFound(body) = on(404, body = json("application/json"));
///     Gone {} = on(410);
///     TooManyRequests { retry_after, body } = on(429,
///         retry_after = optional("retry-after", HeaderShape::Scalar),
///         body = json("application/json"));
///     ServerError(status, body) = on(500..=599, status = status(), body = text("text/plain"));
/// }
/// answers! {
///     ListPetsResponse = success();                          // a struct
///     ListPetsResponse { link, body } = on(200, link = …, body = …);
/// }
/// ```
///
/// Left of `=` stands the variant as it is matched and made, right of it the statuses and where each part comes
/// from: a method of `Reply`, which reads it, and of `Outgoing`, which writes it. The status comes first, the
/// body last.
#[allow(unused_macros, reason = "not every API has one")]
macro_rules! answers {
    ($ty:ident = success(); $name:ident $fields:tt = on($first:literal $(..= $last:literal)? $(, $part:ident = $kind:ident($($argument:expr),* $(,)?))* $(,)?);) => {
        #[cfg(feature = "client")]
        impl<E> $crate::support::client::FromReply<E> for $ty {
            #[allow(unused_mut, reason = "a reply without a body")]
            fn from_reply(
                mut reply: $crate::support::client::Reply,
            ) -> ::core::result::Result<Self, $crate::support::client::Error<E>> {
                $(let $part = reply.$kind($($argument),*)?;)*
                ::core::result::Result::Ok($name $fields)
            }
        }

        #[cfg(feature = "server")]
        impl $crate::support::server::IntoReply for $ty {
            fn into_reply(
                self,
            ) -> ::core::result::Result<$crate::support::server::Response, $crate::support::server::Rejection> {
                let $name $fields = self;
                #[allow(unused_mut, reason = "a reply without parts")]
                let mut reply = $crate::support::answer::answer!(@begin $first $(..= $last)?; $($part = $kind,)*);
                $(reply.$kind($part $(, $argument)*)?;)*
                ::core::result::Result::Ok(reply.finish())
            }
        }
    };
    ($ty:ident = $role:ident(); $($variant:ident $fields:tt = on($first:literal $(..= $last:literal)? $(, $part:ident = $kind:ident($($argument:expr),* $(,)?))* $(,)?);)*) => {
        #[cfg(feature = "client")]
        impl<E> $crate::support::client::FromReply<E> for $ty {
            #[allow(unused_mut, reason = "answers without a body")]
            fn from_reply(
                mut reply: $crate::support::client::Reply,
            ) -> ::core::result::Result<Self, $crate::support::client::Error<E>> {
                $(
                    if $crate::support::answer::answer!(@covers reply.code(), $first $(..= $last)?) {
                        $(let $part = reply.$kind($($argument),*)?;)*
                        return ::core::result::Result::Ok(Self::$variant $fields);
                    }
                )*
                ::core::result::Result::Err(reply.undeclared().into())
            }
        }

        #[cfg(feature = "server")]
        impl $crate::support::server::IntoReply for $ty {
            fn into_reply(
                self,
            ) -> ::core::result::Result<$crate::support::server::Response, $crate::support::server::Rejection> {
                match self {
                    $(
                        Self::$variant $fields => {
                            #[allow(unused_mut, reason = "a reply without parts")]
                            let mut reply =
                                $crate::support::answer::answer!(@begin $first $(..= $last)?; $($part = $kind,)*);
                            $(reply.$kind($part $(, $argument)*)?;)*
                            ::core::result::Result::Ok(reply.finish())
                        }
                    )*
                }
            }
        }

        $crate::support::answer::answer! {
            @role $role, $ty, $($variant $fields = on($first $(..= $last)?; $($part = $kind,)*);)*
        }
    };
}
#[allow(unused_imports, reason = "not every API has one")]
pub(crate) use answers;

/// The parts of [`answers!`] that depend on what an answer is made of.
#[allow(unused_macros, reason = "not every API has one")]
macro_rules! answer {
    (@role successes, $($rest:tt)*) => {};
    (@role failures, $ty:ident, $($variant:ident $fields:tt = on($first:literal $(..= $last:literal)?; $($parts:tt)*);)*) => {
        impl $crate::support::operation::ApiError for $ty {
            #[allow(unused_variables, reason = "what stands beside the status of a range")]
            fn status(&self) -> ::http::StatusCode {
                match self {
                    $($crate::support::answer::answer!(@told Self::$variant $fields, $first $(..= $last)?) => $crate::support::answer::answer!(@status $first $(..= $last)?; $($parts)*),)*
                }
            }

            #[allow(unused_variables, reason = "what stands beside a body")]
            fn json(&self) -> ::core::option::Option<::serde_json::Value> {
                match self {
                    $($crate::support::answer::answer!(@said Self::$variant $fields, $($parts)*) => $crate::support::answer::answer!(@json $($parts)*),)*
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

    (@covers $code:expr, $status:literal) => { $code == $status };
    (@covers $code:expr, $first:literal ..= $last:literal) => { ($first..=$last).contains(&$code) };

    // Fields are bound where they are needed only: rustc is slow about bindings that are not.
    (@told $name:ident :: $variant:ident $fields:tt, $status:literal) => { $name::$variant { .. } };
    (@told $name:ident :: $variant:ident $fields:tt, $first:literal ..= $last:literal) => { $name::$variant $fields };

    (@status $status:literal; $($parts:tt)*) => { $crate::support::operation::status($status) };
    (@status $first:literal ..= $last:literal; $status:ident = status, $($parts:tt)*) => { *$status };

    (@begin $status:literal; $($parts:tt)*) => {
        $crate::support::server::Outgoing::new($crate::support::operation::status($status))
    };
    (@begin $first:literal ..= $last:literal; $status:ident = status, $($parts:tt)*) => {
        $crate::support::server::Outgoing::within($status, $first..=$last)?
    };

    (@said $name:ident :: $variant:ident $fields:tt,) => { $name::$variant { .. } };
    (@said $name:ident :: $variant:ident $fields:tt, $body:ident = json, $($parts:tt)*) => { $name::$variant $fields };
    (@said $name:ident :: $variant:ident $fields:tt, $part:ident = $kind:ident, $($parts:tt)*) => {
        $crate::support::answer::answer!(@said $name::$variant $fields, $($parts)*)
    };

    (@json) => { ::core::option::Option::None };
    (@json $body:ident = json, $($parts:tt)*) => { ::serde_json::to_value($body).ok() };
    (@json $part:ident = $kind:ident, $($parts:tt)*) => { $crate::support::answer::answer!(@json $($parts)*) };
}
#[allow(unused_imports, reason = "not every API has one")]
pub(crate) use answer;
