using System.Management.Automation;
using System.Xml;
using ZProc.Core.Values;
using ZProc.Core;

namespace ZProc.Values;

/// <summary>Objects as CLIXML, the way PowerShell's jobs deliver them.</summary>
internal static class ObjectXml
{
    /// <summary>How deep properties are objects and not text, as in a job's output.</summary>
    private const int JobDepth = 1;

    /// <summary>What was delivered once holds nothing but data, and keeps it to this depth.</summary>
    private const int DeliveredDepth = 10;

    private const string Prefix = "Deserialized.";

    /// <summary>Whether an object was delivered so. It goes on as it came, its text and type included.</summary>
    public static bool IsDeserialized(PSObject custom) =>
        custom.TypeNames is [var first, ..] && first.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Serializes an object.</summary>
    /// <exception cref="FaultException"><see cref="Fault.ValueNotSupported"/>: it must not travel, since it holds a secret.</exception>
    public static CliXml Write(object value)
    {
        var xml = PSSerializer.Serialize(value, value is PSObject custom && IsDeserialized(custom) ? DeliveredDepth : JobDepth);

        // Texts have no bare '<', so this is an element.
        if (xml.Contains("<SS", StringComparison.Ordinal))
        {
            throw new FaultException(
                Fault.ValueNotSupported, "is a SecureString, which does not travel. Keep secrets out of the state", SecretPath(xml));
        }

        return new CliXml(Canonical(xml));
    }

    /// <summary>
    /// Names the types as they are called when they arrive, so that an object that arrived has the same text when it goes on,
    /// and writing back what was read changes nothing.
    /// </summary>
    private static string Canonical(string xml) =>
        xml.Replace("<T>" + Prefix, "<T>", StringComparison.Ordinal).Replace("<T>", "<T>" + Prefix, StringComparison.Ordinal);

    private static string SecretPath(string xml)
    {
        using var reader = XmlReader.Create(new StringReader(xml));
        var names = new List<string?>();
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            names.RemoveRange(reader.Depth, names.Count - reader.Depth);
            names.Add(reader.GetAttribute("N"));
            if (reader.LocalName == "SS")
            {
                break;
            }
        }

        return string.Concat(names.Where(name => name is not null).Select(name => "." + name));
    }
}
