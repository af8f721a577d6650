//! Finds where a source file can be mutated, and how. A site is a span of text with one or more other texts for it; no
//! site lies in a constant, a pattern, a type, an attribute, a macro or a test module.
use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// How a mutant takes the place of the original.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// An expression against another.
    Expression,
    /// A statement that is left out.
    Deleted,
    /// A condition against its opposite; evaluated once, so that nothing is written twice.
    Flipped,
    /// A function that returns at once: the text goes behind the opening brace.
    Body,
}

/// One way to change one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// First byte of the place in its file.
    pub start: usize,
    /// First byte behind it.
    pub end: usize,
    /// Line, from 1.
    pub line: usize,
    /// The function it is in.
    pub function: String,
    /// How it is put in.
    pub form: Form,
    /// The mutated text.
    pub after: String,
}

/// Every site of a source text, outermost first where they share a place.
///
/// # Errors
/// The text is no Rust file.
pub fn of(text: &str) -> Result<Vec<Site>, syn::Error> {
    let file = syn::parse_file(text)?;
    let mut finder = Finder { text, function: String::new(), sites: Vec::new() };
    finder.visit_file(&file);
    finder.sites.sort_by_key(|site| (site.start, std::cmp::Reverse(site.end)));
    Ok(finder.sites)
}

struct Finder<'a> {
    text: &'a str,
    function: String,
    sites: Vec<Site>,
}

impl Finder<'_> {
    fn source(&self, span: Span) -> &str {
        self.text.get(span.byte_range()).unwrap_or("")
    }

    fn add(&mut self, span: Span, form: Form, after: impl Into<String>) {
        let range = span.byte_range();
        let function = self.function.clone();
        let line = span.start().line;
        self.sites.push(Site { start: range.start, end: range.end, line, function, form, after: after.into() });
    }

    fn flip(&mut self, condition: &syn::Expr) {
        // These are flipped for their own sake.
        let own = match condition {
            syn::Expr::Macro(called) => called.mac.path.is_ident("matches"),
            syn::Expr::Unary(unary) => matches!(unary.op, syn::UnOp::Not(_)),
            syn::Expr::Binary(binary) => matches!(binary.op, syn::BinOp::Eq(_) | syn::BinOp::Ne(_)),
            _ => false,
        };
        if !own {
            self.add(condition.span(), Form::Flipped, "");
        }
    }

    /// The text of `whole` with the text of `part` replaced.
    fn with(&self, whole: Span, part: Span, new: &str) -> String {
        let (whole, part) = (whole.byte_range(), part.byte_range());
        let before = self.text.get(whole.start..part.start).unwrap_or("");
        let behind = self.text.get(part.end..whole.end).unwrap_or("");
        format!("{before}{new}{behind}")
    }

    fn body(&mut self, name: &syn::Ident, signature: &syn::Signature, block: &syn::Block) -> bool {
        if signature.constness.is_some() {
            return false;
        }
        self.function = name.to_string();
        let output = match &signature.output {
            syn::ReturnType::Default => String::new(),
            syn::ReturnType::Type(_, kind) => self.source(kind.span()).to_owned(),
        };
        let whole = self.source(block.span()).trim_matches(['{', '}']).trim().to_owned();
        for default in defaults(&output).iter().filter(|default| **default != whole) {
            self.add(block.span(), Form::Body, *default);
        }
        true
    }
}

/// What a function of this return type could return without doing anything.
fn defaults(output: &str) -> &'static [&'static str] {
    match output {
        "" => &["()"],
        "bool" => &["true", "false"],
        "Tri" => &["crate::time::Tri::Holds", "crate::time::Tri::Broken", "crate::time::Tri::Unknown"],
        "u8" | "u16" | "u32" | "u64" | "usize" | "i64" => &["0", "1"],
        "String" => &["String::new()"],
        kind if kind.starts_with("Option<") => &["None"],
        kind if kind.starts_with("Result<()") => &["Ok(())"],
        kind if kind.starts_with("Vec<") || kind.starts_with("BTree") => &["Default::default()"],
        _ => &[],
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|one| {
        one.path().is_ident("test")
            || one.path().is_ident("cfg") && one.parse_args::<syn::Ident>().is_ok_and(|word| word == "test")
    })
}

fn has_let(expression: &syn::Expr) -> bool {
    match expression {
        syn::Expr::Let(_) => true,
        syn::Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        syn::Expr::Paren(inner) => has_let(&inner.expr),
        _ => false,
    }
}

fn others(operator: &syn::BinOp) -> &'static [&'static str] {
    use syn::BinOp::{Add, And, Eq, Ge, Gt, Le, Lt, Mul, Ne, Or, Sub};
    match operator {
        Lt(_) => &["<=", ">"],
        Le(_) => &["<", ">"],
        Gt(_) => &[">=", "<"],
        Ge(_) => &[">", "<"],
        Eq(_) => &["!="],
        Ne(_) => &["=="],
        And(_) => &["||"],
        Or(_) => &["&&"],
        Add(_) => &["-"],
        Sub(_) | Mul(_) => &["+"],
        _ => &[],
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        match item {
            syn::Item::Const(_) | syn::Item::Static(_) | syn::Item::Macro(_) | syn::Item::Enum(_) => {}
            syn::Item::Mod(module) if is_test(&module.attrs) => {}
            syn::Item::Fn(function) if is_test(&function.attrs) => {}
            other => visit::visit_item(self, other),
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if self.body(&item.sig.ident, &item.sig, &item.block) {
            self.visit_block(&item.block);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if self.body(&item.sig.ident, &item.sig, &item.block) {
            self.visit_block(&item.block);
        }
    }

    fn visit_impl_item_const(&mut self, _: &'ast syn::ImplItemConst) {}
    fn visit_trait_item_const(&mut self, _: &'ast syn::TraitItemConst) {}
    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
    fn visit_expr_repeat(&mut self, _: &'ast syn::ExprRepeat) {}
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_pat(&mut self, _: &'ast syn::Pat) {}
    fn visit_generic_argument(&mut self, _: &'ast syn::GenericArgument) {}

    fn visit_stmt(&mut self, statement: &'ast syn::Stmt) {
        if let syn::Stmt::Expr(expression, Some(_)) = statement {
            use syn::Expr::{Assign, Binary, Call, MethodCall, Try};
            if matches!(expression, Assign(_) | Binary(_) | Call(_) | MethodCall(_) | Try(_)) {
                self.add(statement.span(), Form::Deleted, "");
            }
        }
        visit::visit_stmt(self, statement);
    }

    fn visit_expr_if(&mut self, branch: &'ast syn::ExprIf) {
        if !has_let(&branch.cond) {
            self.flip(&branch.cond);
        }
        visit::visit_expr_if(self, branch);
    }

    fn visit_expr_while(&mut self, repeated: &'ast syn::ExprWhile) {
        if !has_let(&repeated.cond) {
            self.flip(&repeated.cond);
        }
        visit::visit_expr_while(self, repeated);
    }

    fn visit_expr_macro(&mut self, called: &'ast syn::ExprMacro) {
        if called.mac.path.is_ident("matches") {
            self.add(called.span(), Form::Flipped, "");
        }
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        if let Some((_, guard)) = arm.guard.as_ref().filter(|(_, guard)| !has_let(guard)) {
            self.add(guard.span(), Form::Expression, "true");
            self.add(guard.span(), Form::Expression, "false");
        }
        visit::visit_arm(self, arm);
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        if !has_let(&binary.left) && !has_let(&binary.right) {
            for other in others(&binary.op) {
                let after = self.with(binary.span(), binary.op.span(), other);
                self.add(binary.span(), Form::Expression, after);
            }
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_unary(&mut self, unary: &'ast syn::ExprUnary) {
        if matches!(unary.op, syn::UnOp::Not(_)) {
            self.add(unary.span(), Form::Flipped, "");
        }
        visit::visit_expr_unary(self, unary);
    }

    fn visit_expr_lit(&mut self, literal: &'ast syn::ExprLit) {
        match &literal.lit {
            syn::Lit::Bool(value) => self.add(literal.span(), Form::Expression, (!value.value).to_string()),
            syn::Lit::Int(value) => {
                if let Ok(number) = value.base10_parse::<u64>() {
                    let suffix = value.suffix();
                    self.add(literal.span(), Form::Expression, format!("{}{suffix}", number.saturating_add(1)));
                    if let Some(less) = number.checked_sub(1) {
                        self.add(literal.span(), Form::Expression, format!("{less}{suffix}"));
                    }
                }
            }
            _ => {}
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let other = match call.method.to_string().as_str() {
            "min" => Some("max"),
            "max" => Some("min"),
            "any" => Some("all"),
            "all" => Some("any"),
            "is_some" => Some("is_none"),
            "is_none" => Some("is_some"),
            _ => None,
        };
        if let Some(other) = other {
            let after = self.with(call.span(), call.method.span(), other);
            self.add(call.span(), Form::Expression, after);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if matches!(&*call.func, syn::Expr::Path(path) if path.path.is_ident("Some")) {
            self.add(call.span(), Form::Expression, "None");
        }
        visit::visit_expr_call(self, call);
    }
}
