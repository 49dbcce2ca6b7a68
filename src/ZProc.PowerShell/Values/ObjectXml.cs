using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Xml;
using ZProc.Core;
using ZProc.Core.Values;

namespace ZProc.Values;

/// <summary>Serializes objects as CLIXML, as PowerShell's jobs do.</summary>
internal static class ObjectXml
{
    /// <summary>The depth to which properties are objects and not text: that of a job's output.</summary>
    private const int JobDepth = 1;

    /// <summary>The depth for an object that was deserialized before: such an object holds data only.</summary>
    private const int DeliveredDepth = 10;

    private const string Prefix = "Deserialized.";

    /// <summary>Whether an object was deserialized from CLIXML. It keeps its text and type names when it is serialized again.</summary>
    public static bool IsDeserialized(PSObject custom) =>
        custom.TypeNames is [var first, ..] && first.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Serializes an object.</summary>
    /// <exception cref="FaultException"><see cref="Fault.ValueNotSupported"/>: the object holds a SecureString.</exception>
    public static CliXml Write(object value)
    {
        var xml = PSSerializer.Serialize(value, value is PSObject custom && IsDeserialized(custom) ? DeliveredDepth : JobDepth);

        // In text a '<' is escaped, so this is an element.
        if (xml.Contains("<SS", StringComparison.Ordinal))
        {
            throw new FaultException(
                Fault.ValueNotSupported, "is a SecureString, which cannot leave its session. Keep secrets out of the state", SecretPath(xml));
        }

        return new CliXml(Canonical(xml));
    }

    /// <summary>The data of an object, as the output of an OS process delivers it.</summary>
    public static object? Deliver(object value) => Deserialize(PSSerializer.Serialize(value));

    /// <summary>Makes the object that CLIXML describes.</summary>
    public static object? Read(CliXml xml) => Deserialize(xml.Text);

    private static object? Deserialize(string xml)
    {
        // A runspace's type data name types to rebuild, certificates among them. Without a runspace the object is only data.
        var runspace = Runspace.DefaultRunspace;
        Runspace.DefaultRunspace = null;
        try
        {
            return PSSerializer.Deserialize(xml);
        }
        finally
        {
            Runspace.DefaultRunspace = runspace;
        }
    }

    /// <summary>
    /// Gives the types the names that they have after deserialization. An object that was read and is written back then has the same
    /// text, and changes nothing.
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
