using System.Text;
using System.Text.Json;

namespace ZProc.Dashboard;

/// <summary>Writes JSON for the page. Every text is written without secrets, and text that is not valid Unicode is mended.</summary>
internal static class JsonText
{
    /// <summary>Makes a JSON document.</summary>
    public static byte[] Of(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            write(json);
        }

        return stream.ToArray();
    }

    /// <summary>Writes a text; null is JSON's null.</summary>
    public static void Text(this Utf8JsonWriter json, string? text)
    {
        if (text is null)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteStringValue(Encoding.UTF8.GetBytes(DashboardText.Redact(text)));
        }
    }

    /// <summary>Writes a property with a text.</summary>
    public static void Text(this Utf8JsonWriter json, string name, string? text)
    {
        json.WritePropertyName(name);
        json.Text(text);
    }

    /// <summary>Writes a number; null is JSON's null.</summary>
    public static void Number(this Utf8JsonWriter json, double? number)
    {
        if (number is { } value && double.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    /// <summary>Writes a time in UTC as the page takes it, in milliseconds.</summary>
    public static void Time(this Utf8JsonWriter json, DateTime? time) =>
        json.Number(time is { } value ? Math.Round((value.ToUniversalTime() - DateTime.UnixEpoch).TotalMilliseconds) : null);
}
