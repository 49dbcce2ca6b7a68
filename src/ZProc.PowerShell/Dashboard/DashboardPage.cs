using System.Security.Cryptography;
using System.Text;

namespace ZProc.Dashboard;

/// <summary>The page of dashboards: one document, put together from the module's resources.</summary>
internal static class DashboardPage
{
    private const string Prefix = "ZProc.Dashboard.Page.";
    private static readonly string[] Scripts = ["model.js", "list.js", "charts.js", "processes.js", "state.js", "timeline.js", "main.js"];
    private static readonly Lazy<(byte[] Document, string Policy)> Made = new(Make);

    /// <summary>The document, in UTF-8.</summary>
    public static byte[] Document => Made.Value.Document;

    /// <summary>What a browser may run and load for the document: its own script and style, and answers of the dashboard.</summary>
    public static string Policy => Made.Value.Policy;

    private static (byte[] Document, string Policy) Make()
    {
        var style = Read("page.css");
        var script = $"\"use strict\";\n{string.Concat(Scripts.Select(Read))}";
        var document = Read("page.html").Replace("/*style*/", style, StringComparison.Ordinal).Replace("/*script*/", script, StringComparison.Ordinal);
        var policy = $"default-src 'none'; script-src '{Hash(script)}'; style-src '{Hash(style)}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        return (Encoding.UTF8.GetBytes(document), policy);
    }

    private static string Hash(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    // Browsers read every end of a line as one line feed, and hash the text after that.
    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(DashboardPage).Assembly.GetManifestResourceStream(Prefix + name)!, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
