//! Tree in, `openapiv3::OpenAPI` out.
